import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { enrol } from "../../testing/authenticator";
import { mailedToken } from "../../testing/mails";
import { type Person, person } from "../../testing/people";
import { newChallenge } from "./challenge";

async function protectedPerson() {
  const ada = await person();
  return { ada, app: await enrol(ada) };
}
const begin = async (ada: Person): Promise<string> => {
  const answer = await data(200, api().post("/auth/login", ada));
  expect(answer).toEqual({
    mfaRequired: true,
    mfaToken: expect.any(String),
    methods: ["totp", "recovery_code"],
  });
  return answer.mfaToken;
};
const finish = (mfaToken: unknown, factor: object) =>
  api().post("/auth/login/mfa", { mfaToken, ...factor });
const sessionsOf = ({ id }: Person) =>
  env.DB.prepare("SELECT count(*) n FROM sessions WHERE user_id = ?").bind(id).first<number>("n");
const wrongCode = (right: string) =>
  right.replace(/./g, (digit) => String((Number(digit) + 1) % 10));

test("the password alone signs nobody in; with the code it does", async () => {
  const { ada, app } = await protectedPerson();
  const before = await sessionsOf(ada);
  const mfaToken = await begin(ada);
  expect(await sessionsOf(ada)).toBe(before);
  expect((await api({ token: mfaToken }).get("/auth/me")).status).toBe(401);
  const { user, accessToken } = await data(200, finish(mfaToken, { code: app.code() }));
  expect(user).toMatchObject({ id: ada.id, mfaEnabled: true });
  expect((await api({ token: accessToken }).get("/auth/me")).status).toBe(200);
  const amr = await env.DB.prepare("SELECT amr FROM sessions WHERE user_id = ? ORDER BY id DESC")
    .bind(ada.id)
    .first<string>("amr");
  expect(JSON.parse(amr!)).toEqual(["pwd", "otp", "mfa"]);
});

test("a code is accepted once, by thirty at once as by one later", async () => {
  const { ada, app } = await protectedPerson();
  const code = app.code();
  const tokens = await Promise.all(Array.from({ length: 6 }, () => begin(ada)));
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => finish(tokens[i % 6], { code })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const late = await finish(await begin(ada), { code });
  expect([401, 429]).toContain(late.status);
});

test("a recovery code is accepted once of thirty times, and in any spelling", async () => {
  const { ada, app } = await protectedPerson();
  const before = (await sessionsOf(ada))!;
  const [first] = app.recoveryCodes;
  const tokens = await Promise.all(Array.from({ length: 6 }, () => begin(ada)));
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => finish(tokens[i % 6], { recoveryCode: first })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await sessionsOf(ada)).toBe(before + 1);
  const other = await protectedPerson();
  const [code] = other.app.recoveryCodes;
  const typed = ` ${code!.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")}`;
  expect((await finish(await begin(other.ada), { recoveryCode: typed })).status).toBe(200);
  expect((await finish(await begin(other.ada), { recoveryCode: first })).status).toBe(401);
});

test("five tries belong to a sign-in, ten failures to an account", async () => {
  const { ada, app } = await protectedPerson();
  const wrong = wrongCode(app.code());
  const statuses = async (mfaToken: string, tries: number) =>
    (await Promise.all(Array.from({ length: tries }, () => finish(mfaToken, { code: wrong })))).map(
      ({ status }) => status,
    );
  const first = await statuses(await begin(ada), 8);
  expect(first.filter((status) => status === 401)).toHaveLength(5);
  const second = await statuses(await begin(ada), 8);
  expect(second.filter((status) => status === 401)).toHaveLength(5);
  const third = await finish(await begin(ada), { code: app.code() });
  expect(third.status).toBe(429);
  expect(third.headers.get("ratelimit-policy")).toContain('"mfa-account"');
});

test("a sign-in that was finished is over, also for another code", async () => {
  const { ada, app } = await protectedPerson();
  const mfaToken = await begin(ada);
  await data(200, finish(mfaToken, { code: app.code() }));
  const again = await finish(mfaToken, { recoveryCode: app.recoveryCodes[0] });
  expect([again.status, again.body.code]).toEqual([401, "invalid_mfa_token"]);
  const kept = await data(200, finish(await begin(ada), { recoveryCode: app.recoveryCodes[0] }));
  expect(kept.user.id).toBe(ada.id);
});

test("the code of another person does not finish a sign-in", async () => {
  const [ada, eve] = await Promise.all([protectedPerson(), protectedPerson()]);
  const mfaToken = await begin(ada.ada);
  for (const factor of [{ code: eve.app.code() }, { recoveryCode: eve.app.recoveryCodes[0] }])
    expect((await finish(mfaToken, factor)).body.code).toBe("invalid_code");
});

test("a sign-in begun with a password that was changed since is over, and so is one revoked", async () => {
  const { ada, app } = await protectedPerson();
  const [one, two] = [await begin(ada), await begin(ada)];
  const newPassword = "quite another horse";
  const change = { currentPassword: ada.password, newPassword };
  expect((await ada.api.post("/auth/change-password", change)).status).toBe(204);
  const late = await finish(one, { code: app.code() });
  expect([late.status, late.body.code]).toEqual([401, "invalid_mfa_token"]);
  const fresh = await begin({ ...ada, password: newPassword });
  expect((await ada.api.post("/auth/revoke", {})).status).toBe(204);
  for (const mfaToken of [two, fresh])
    expect((await finish(mfaToken, { code: app.code() })).body.code).toBe("invalid_mfa_token");
});

test("a reset by mail does not pass by the second factor", async () => {
  const { ada } = await protectedPerson();
  await env.DB.prepare("UPDATE users SET verified_at = 1 WHERE id = ?").bind(ada.id).run();
  await data(202, api().post("/auth/forgot-password", ada));
  const token = await mailedToken(ada.id, "reset_password");
  const password = "quite another horse";
  expect((await api().post("/auth/reset-password", { token, password })).status).toBe(204);
  await begin({ ...ada, password });
});

test("what we did not make begins no sign-in", async () => {
  const { ada, app } = await protectedPerson();
  const mfaToken = await begin(ada);
  const [payload, version, mac] = mfaToken.split(".") as [string, string, string];
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const later = btoa(JSON.stringify({ ...claims, expiresAt: Date.now() + 1e9 }));
  const expired = await newChallenge("mfa", claims.bound, -1);
  const odd = [
    `${later}.${version}.${mac}`,
    `${payload}.v9.${mac}`,
    `${payload}.${version}.${"A".repeat(43)}`,
    `${mfaToken}=`,
    `${mfaToken} `,
    payload,
    ".",
    "....",
    ada.token,
    ada.refreshToken,
    expired,
  ];
  for (const one of odd) {
    const { status, body } = await finish(one, { code: app.code() });
    expect([one, status, body.code]).toEqual([one, 401, "invalid_mfa_token"]);
  }
  const bodies = [
    {},
    { code: 123456 },
    { code: "12345" },
    { code: "abcdef" },
    { recoveryCode: "" },
  ];
  for (const factor of [...bodies, { code: "1".repeat(100_000) }, { recoveryCode: { $ne: "" } }])
    expect((await finish(mfaToken, factor)).body.code).toBe("invalid_request");
  for (const token of ["", "x".repeat(100_000), 7, null])
    expect((await finish(token, { code: "123456" })).body.code).toBe("invalid_request");
});
