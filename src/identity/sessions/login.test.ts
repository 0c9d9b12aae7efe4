import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { newId } from "../../lib/id";
import { api, data, newAddress } from "../../testing/api";
import { person } from "../../testing/people";
import { hash } from "../passwords/argon2";

const tripsOf = (headers: Headers) =>
  Number(/trips=(\d+)/.exec(headers.get("server-timing") ?? "")?.[1]);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const stranger = () => ({ email: `nobody.${newId()}@example.com`, password: "whatever it may be" });

test("who registers is signed in, and may sign in again", async () => {
  const ada = await person({ displayName: "Ada" });
  const me = await data(200, ada.api.get("/auth/me"));
  expect(me).toMatchObject({ id: ada.id, email: ada.email, displayName: "Ada", version: 1 });
  const again = await data(200, api().post("/auth/login", ada));
  expect(again).toEqual({
    user: me,
    accessToken: expect.any(String),
    refreshToken: expect.stringMatching(/^rlr_/),
    expiresIn: 900,
  });
  expect((await api({ token: again.accessToken }).get("/auth/me")).status).toBe(200);
});

test("an address is the same in any case and width", async () => {
  const ada = await person();
  const wide = ada.email.replace("p", "ｐ").replace("@", "＠").toUpperCase();
  expect((await api().post("/auth/login", { ...ada, email: ` ${wide} ` })).status).toBe(200);
});

test("a wrong password and an unknown address get one and the same answer", async () => {
  const ada = await person();
  const id = { "x-request-id": "the-same-request" };
  const wrong = await api().post("/auth/login", { ...ada, password: "not this one" }, id);
  const unknown = await api().post("/auth/login", stranger(), id);
  expect(wrong.status).toBe(401);
  expect(wrong.body.code).toBe("invalid_credentials");
  expect(unknown.body).toEqual(wrong.body);
  const headers = (all: Headers) =>
    [...all].filter(([name]) => name !== "server-timing" && name !== "x-d1-bookmark");
  expect(headers(unknown.headers)).toEqual(headers(wrong.headers));
  expect(tripsOf(unknown.headers)).toBe(tripsOf(wrong.headers));
});

test("an unknown address runs the same hash, as long and as often", async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => person()));
  const compare = vi.spyOn(crypto.subtle, "timingSafeEqual");
  const time = async (act: () => unknown) => {
    const began = performance.now();
    await act();
    return performance.now() - began;
  };
  const refused = (body: object) =>
    time(async () => {
      const before = compare.mock.calls.length;
      expect((await api().post("/auth/login", body)).status).toBe(401);
      expect(compare.mock.calls.length - before).toBe(1);
    });
  const [known, unknown, hashing]: number[][] = [[], [], []];
  for (let i = 0; i < 40; i++) {
    known!.push(await refused({ ...people[i % 5], password: "not this one" }));
    unknown!.push(await refused(stranger()));
    hashing!.push(await time(() => hash(new Uint8Array(32), new Uint8Array(16))));
  }
  const difference = Math.abs(median(known!) - median(unknown!));
  expect(difference).toBeLessThan(median(hashing!) / 2);
}, 90_000);

test("a password is compared whole: case, spaces and all that follows NUL count", async () => {
  const password = `Ünïcode ﬁsh\u0000tail ${"x".repeat(200)}`;
  const ada = await person({ password });
  const tries = [
    password.toLowerCase(),
    `${password} `,
    password.split("\u0000")[0],
    password.slice(0, 72),
    password.slice(0, -1),
  ];
  for (const wrong of tries)
    expect((await api().post("/auth/login", { ...ada, password: wrong })).status).toBe(401);
  for (const same of [password, password.normalize("NFD"), password.normalize("NFKC")])
    expect((await api().post("/auth/login", { ...ada, password: same })).status).toBe(200);
});

test("fifty sign-ins at once from one address: five get through", async () => {
  const ada = await person();
  const ip = newAddress();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => api({ ip }).post("/auth/login", ada)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(45);
  expect(Number(refused[0]!.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("guessing from many addresses stops at the account, but not its owner's device", async () => {
  const headers = { "user-agent": "Ada's own browser" };
  const ip = newAddress();
  const ada = await person();
  await data(200, api({ ip, headers }).post("/auth/login", ada));
  const guess = (i: number) => api().post("/auth/login", { ...ada, password: `guess ${i}` });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(i)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  expect((await api().post("/auth/login", ada)).status).toBe(429);
  expect((await api({ ip, headers }).post("/auth/login", ada)).status).toBe(200);
});

test("signing in is two round trips, three in a cold isolate", async () => {
  const ada = await person();
  const { headers } = await api().post("/auth/login", ada);
  expect(tripsOf(headers)).toBe(2);
});

test("a refused sign-in is in the audit log, without the address that was tried", async () => {
  const ada = await person();
  const nobody = stranger();
  await api().post("/auth/login", { ...ada, password: "not this one" });
  await api().post("/auth/login", nobody);
  const { results } = await env.DB.prepare(
    "SELECT payload FROM events WHERE instr(payload, 'login.refused')",
  ).all<{ payload: string }>();
  const records = results.map(({ payload }) => JSON.parse(payload));
  const of = (targetId: string) => records.filter((record) => record.targetId === targetId);
  expect(of(ada.id)).toMatchObject([{ actorId: null, targetType: "user" }]);
  expect(of("unknown").length).toBeGreaterThan(0);
  expect(JSON.stringify(records)).not.toContain("@");
});

test("an odd body is a problem, never a fault", async () => {
  const bodies = [
    {},
    [],
    null,
    '"x"',
    { email: { $ne: null }, password: { $ne: null } },
    { email: ["ada@example.com"], password: "a" },
    { email: "ada@example.com", password: 7 },
    { email: "ada@example.com", password: "\ud800 alone" },
    { email: "a".repeat(100_000), password: "x" },
    { email: "ada@example.com", password: "x".repeat(100_000) },
    { email: "ada@example.com\r\nBcc: eve@example.com", password: "x" },
  ];
  for (const body of bodies) {
    const answer = await api().post("/auth/login", body);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
  }
  const broken = await api().post("/auth/login", '{"email":');
  expect([broken.status, broken.body.code]).toEqual([400, "unreadable_body"]);
  const deep = await api().post("/auth/login", `${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  expect([400, 422]).toContain(deep.status);
  const form = await api().post("/auth/login", "email=a", {
    "content-type": "application/x-www-form-urlencoded",
  });
  expect(form.status).toBe(415);
});
