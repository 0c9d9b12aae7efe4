import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { mailedToken, mailedTokens, subjectsTo } from "../../testing/mails";
import { type Person, person } from "../../testing/people";

const forget = (email: string) => api().post("/auth/forgot-password", { email });
const reset = (token: string, password = "quite another horse") =>
  api().post("/auth/reset-password", { token, password });
const signIn = ({ email }: Person, password: string) =>
  api().post("/auth/login", { email, password });
async function forgetful() {
  const ada = await person();
  await data(202, forget(ada.email));
  return { ada, token: await mailedToken(ada.id, "reset_password") };
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const tripsOf = ({ headers }: { headers: Headers }) =>
  Number(/trips=(\d+)/.exec(headers.get("server-timing") ?? "")?.[1]);

test("a mailed link sets a new password, and every session ends at once", async () => {
  const ada = await person();
  const elsewhere = await data(200, api().post("/auth/login", ada));
  await data(202, forget(ada.email));
  await subjectsTo(ada.email, "Set a new password");
  expect((await reset(await mailedToken(ada.id, "reset_password"))).status).toBe(204);
  for (const token of [ada.token, elsewhere.accessToken])
    expect((await api({ token }).get("/auth/me")).status).toBe(401);
  for (const { refreshToken } of [ada, elsewhere])
    expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(401);
  expect((await signIn(ada, ada.password)).status).toBe(401);
  const { user } = await data(200, signIn(ada, "quite another horse"));
  expect(user.isVerified).toBe(true);
  await subjectsTo(ada.email, "Your password was reset");
}, 30_000);

test("of thirty who redeem one link at once, one sets the password", async () => {
  const { ada, token } = await forgetful();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => reset(token, `the password number ${i}`)),
  );
  const winners = answers.flatMap(({ status }, i) => (status === 204 ? [i] : []));
  expect(winners).toHaveLength(1);
  const others = answers.filter(({ status }) => status !== 204);
  expect(new Set(others.map(({ body }) => body.code))).toEqual(new Set(["link_expired"]));
  expect((await signIn(ada, `the password number ${winners[0]}`)).status).toBe(200);
}, 30_000);

test("using one link uses up every other one", async () => {
  const { ada, token } = await forgetful();
  await data(202, forget(ada.email));
  const [second] = await mailedTokens(ada.id, "reset_password");
  expect(second).not.toBe(token);
  expect((await reset(second!)).status).toBe(204);
  const late = await reset(token);
  expect([late.status, late.body.code]).toEqual([410, "link_expired"]);
});

test("a link is over after 30 minutes, or once the account has another address", async () => {
  const { ada, token } = await forgetful();
  await env.DB.prepare("UPDATE users SET email = ? WHERE id = ?")
    .bind(`moved.${ada.email}`, ada.id)
    .run();
  expect((await reset(token)).body.code).toBe("link_expired");
  const row = await env.DB.prepare("SELECT * FROM one_time_tokens WHERE id = ?")
    .bind(token.split(".")[0])
    .first();
  expect(row!.used_at).toBeNull();
  expect(Number(row!.expires_at) - Number(row!.created_at)).toBe(1_800_000);
  await env.DB.prepare("UPDATE one_time_tokens SET expires_at = ? WHERE id = ?")
    .bind(Date.now(), row!.id)
    .run();
  expect((await reset(token)).status).toBe(410);
});

test("whoever has no account gets the same answer, from the same work, in the same time", async () => {
  const people: Person[] = [];
  for (let i = 0; i < 21; i++) people.push(await person());
  const id = { "x-request-id": "the-same-request" };
  const ask = (email: string) => api().post("/auth/forgot-password", { email }, id);
  const known = await ask(people[0]!.email);
  const unknown = await ask(`nobody.${newId()}@example.com`);
  expect(known.status).toBe(202);
  expect(unknown.body).toEqual(known.body);
  expect(tripsOf(unknown)).toBe(tripsOf(known));
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let i = 0; i < 40; i++) {
    const kind = i % 2 === 0 ? "known" : "unknown";
    const email = kind === "known" ? people[1 + i / 2]!.email : `nobody.${newId()}@example.com`;
    const began = performance.now();
    await data(202, ask(email));
    times[kind].push(performance.now() - began);
    await scheduler.wait(20);
  }
  const [one, other] = [median(times.known), median(times.unknown)];
  expect(Math.abs(one - other)).toBeLessThan(Math.max(5, one / 2));
}, 30_000);

test("a mailbox is asked three times an hour at most, whether or not there is an account", async () => {
  const ada = await person();
  for (const email of [ada.email, `nobody.${newId()}@example.com`]) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => forget(email)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    const refused = answers.find(({ status }) => status !== 202)!;
    expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
    expect(refused.headers.get("ratelimit-policy")).toBe('"forgot";q=3;w=3600');
  }
  expect(await mailedTokens(ada.id, "reset_password")).toHaveLength(3);
});

test("a weak password uses up no link", async () => {
  const { ada, token } = await forgetful();
  const [name] = ada.email.split("@");
  const weak = await reset(token, `${name!.split(".").join("")}`);
  expect([weak.status, weak.body.code]).toEqual([422, "weak_password"]);
  expect((await reset(token, "short")).body.errors[0].path).toBe("body.password");
  expect((await reset(token)).status).toBe(204);
});

test("a link of another purpose, another person or nobody sets nothing", async () => {
  const { ada, token } = await forgetful();
  const { token: other } = await forgetful();
  const [id, secret] = token.split(".");
  const odd = [
    await mailedToken(ada.id, "verify_email"),
    `${id}.${other.split(".")[1]}`,
    `${other.split(".")[0]}.${secret}`,
    `${newId()}.${secret}`,
    `${id}.${secret!.slice(0, -1)}${secret!.endsWith("A") ? "B" : "A"}`,
    `${token}=`,
    `${token} `,
    token.toUpperCase(),
    id!,
    ".",
    "' OR 1=1 --",
    "\u0000",
  ];
  for (const one of odd) {
    const { status, body } = await reset(one);
    expect([one, status, body.code]).toEqual([one, 422, "invalid_link"]);
  }
  for (const one of ["", "x".repeat(100_000), 7, null, [token], { token }])
    expect((await reset(one as string)).body.code).toBe("invalid_request");
  expect((await signIn(ada, ada.password)).status).toBe(200);
});

test("a suspended account is mailed nothing, and an old link does not open it", async () => {
  const { ada, token } = await forgetful();
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  expect((await reset(token)).status).toBe(410);
  expect((await forget(ada.email)).status).toBe(202);
  expect(await mailedTokens(ada.id, "reset_password")).toHaveLength(1);
});
