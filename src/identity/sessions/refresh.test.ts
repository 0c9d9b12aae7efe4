import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { api, data } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { establishSession } from "./establish";
import { newSecret, writeRefreshToken } from "./refreshToken";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});
const wait = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

const present = (refreshToken: string) => api().post("/auth/refresh", { refreshToken });
const refresh = (refreshToken: string) => data(200, present(refreshToken));
const sessionOf = (token: string) => token.slice(4, 40);
const rowOf = (token: string) =>
  env.DB.prepare("SELECT * FROM sessions WHERE id = ?").bind(sessionOf(token)).first();

async function refused(token: string) {
  const { status, body } = await present(token);
  expect([status, body.code]).toEqual([401, "invalid_refresh_token"]);
}
async function isDead(token: string) {
  expect(await rowOf(token)).toMatchObject({ reason: "reused", revoked_at: expect.any(Number) });
  await refused(token);
}

test("ten tabs that refresh at once all get the one successor, a hundred times", async () => {
  const { id } = await person();
  const account = { id, role: "user", tokenVersion: 1, mfaEnabled: false } as const;
  for (let trial = 0; trial < 100; trial++) {
    const { refreshToken } = (await establishSession(systemContext(), account, ["pwd"]))!;
    const answers = await Promise.all(Array.from({ length: 10 }, () => present(refreshToken!)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const successors = new Set(answers.map((answer) => answer.data.refreshToken));
    expect(successors.size).toBe(1);
    expect(await rowOf(refreshToken!)).toMatchObject({ generation: 1, revoked_at: null });
  }
}, 180_000);

test("a successor works, and the access token beside it", async () => {
  const ada = await person();
  const second = await refresh(ada.refreshToken);
  expect(second.refreshToken).not.toBe(ada.refreshToken);
  expect(second.expiresIn).toBe(900);
  expect((await api({ token: second.accessToken }).get("/auth/me")).status).toBe(200);
  const third = await refresh(second.refreshToken);
  expect(third.refreshToken).toContain(`${sessionOf(ada.refreshToken)}.2.`);
});

test("an answer that was lost can be had again for 30 seconds", async () => {
  const ada = await person();
  const lost = await refresh(ada.refreshToken);
  wait(29);
  const again = await refresh(ada.refreshToken);
  expect(again.refreshToken).toBe(lost.refreshToken);
  expect((await refresh(again.refreshToken)).refreshToken).toContain(".2.");
});

test("the token before, used later than that, ends the session", async () => {
  const ada = await person();
  const { refreshToken, accessToken } = await refresh(ada.refreshToken);
  wait(31);
  await refused(ada.refreshToken);
  await isDead(refreshToken);
  expect((await api({ token: accessToken }).get("/auth/me")).body.code).toBe("invalid_token");
});

test("a token two steps old ends the session, however young it is", async () => {
  for (let trial = 0; trial < 10; trial++) {
    const ada = await person();
    const second = await refresh(ada.refreshToken);
    const third = await refresh(second.refreshToken);
    await refused(ada.refreshToken);
    await isDead(third.refreshToken);
  }
});

test("a reuse is audited and told once, and ends no other session", async () => {
  const ada = await person();
  const login = await data(200, api().post("/auth/login", ada));
  const second = await refresh(ada.refreshToken);
  await refresh(second.refreshToken);
  await Promise.all([refused(ada.refreshToken), refused(ada.refreshToken)]);
  const { results } = await env.DB.prepare(
    "SELECT type, payload FROM events WHERE instr(payload, ?) AND instr(payload, 'reused')",
  )
    .bind(sessionOf(ada.refreshToken))
    .all<{ type: string; payload: string }>();
  expect(results.map(({ type }) => type).toSorted()).toEqual(["audit.recorded", "session.revoked"]);
  expect((await present(login.refreshToken)).status).toBe(200);
});

test("a forged or edited token changes nothing", async () => {
  const ada = await person();
  const current = await refresh(ada.refreshToken);
  const before = await rowOf(ada.refreshToken);
  const [id = "", generation = "", secret = "", version = "", mac = ""] = ada.refreshToken
    .slice(4)
    .split(".");
  const other = await person();
  const [, , , , foreign = ""] = other.refreshToken.split(".");
  for (const forged of [
    `rlr_${id}.0.${newSecret()}.${version}.${mac}`,
    `rlr_${id}.0.${secret}.${version}.${newSecret()}`,
    `rlr_${id}.0.${secret}.${version}.${foreign}`,
    `rlr_${id}.7.${secret}.${version}.${mac}`,
    `rlr_${id}.00.${secret}.${version}.${mac}`,
    `rlr_${id}.${generation}.${secret}.v9.${mac}`,
    `rlr_${sessionOf(other.refreshToken)}.0.${secret}.${version}.${mac}`,
    `${ada.refreshToken}=`,
    ` ${ada.refreshToken}`,
    ada.refreshToken.slice(4),
    ada.token,
    "rlr_",
    "x".repeat(4_000),
  ])
    await refused(forged);
  expect(await rowOf(ada.refreshToken)).toEqual(before);
  expect((await present(current.refreshToken)).status).toBe(200);
});

test("a well-made token of a generation that never was changes nothing", async () => {
  const ada = await person();
  const sessionId = sessionOf(ada.refreshToken);
  const before = await rowOf(ada.refreshToken);
  for (const generation of [0, 1, 5])
    await refused(await writeRefreshToken({ sessionId, generation, secret: newSecret() }));
  await refused(
    await writeRefreshToken({ sessionId: crypto.randomUUID(), generation: 0, secret: newSecret() }),
  );
  expect(await rowOf(ada.refreshToken)).toEqual(before);
});

test("a session that rests for seven days is over, and none lives longer than thirty", async () => {
  const resting = await person();
  const busy = await person();
  let { refreshToken } = busy;
  for (let week = 0; week < 4; week++) {
    wait(7 * 86_400 - 60);
    ({ refreshToken } = await refresh(refreshToken));
  }
  await refused(resting.refreshToken);
  wait(3 * 86_400);
  await refused(refreshToken);
  expect(await rowOf(refreshToken)).toMatchObject({ revoked_at: null });
});

test("a new role is in the next access token", async () => {
  const ada: Person = await person();
  await env.DB.prepare("UPDATE users SET role = 'seller' WHERE id = ?").bind(ada.id).run();
  const { accessToken } = await refresh(ada.refreshToken);
  expect((await data(200, api({ token: accessToken }).get("/auth/me"))).role).toBe("seller");
  expect(
    JSON.parse(atob(accessToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))),
  ).toMatchObject({ role: "seller" });
});

test("who is suspended gets no token", async () => {
  const ada = await person();
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  await refused(ada.refreshToken);
  expect((await api().post("/auth/login", ada)).body.code).toBe("invalid_credentials");
});

test("neither a sign-in nor a refresh is kept under an Idempotency-Key", async () => {
  const ada = await person();
  const key = { "idempotency-key": "refresh-once-and-for-all" };
  const first = await api({ ip: ada.ip }).post("/auth/refresh", ada, key);
  const second = await api({ ip: ada.ip }).post("/auth/login", ada, key);
  expect([first.status, second.status]).toEqual([200, 200]);
  const { results } = await env.DB.prepare("SELECT * FROM idempotency_keys").all();
  expect(results).toEqual([]);
});
