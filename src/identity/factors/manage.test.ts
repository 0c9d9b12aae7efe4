import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { beginApp, enrol } from "../../testing/authenticator";
import { subjectsTo } from "../../testing/mails";
import { type Person, person } from "../../testing/people";

const confirm = (ada: Person, code: string) => ada.api.post("/auth/mfa/totp/confirm", { code });
const me = async (ada: Person) => (await ada.api.get("/auth/me")).data;

test("an app that was not confirmed changes nothing", async () => {
  const ada = await person();
  const code = await beginApp(ada);
  expect((await me(ada)).mfaEnabled).toBe(false);
  const { user } = await data(200, api().post("/auth/login", ada));
  expect(user.id).toBe(ada.id);
  const removed = await ada.api.delete("/auth/mfa/totp", { code: code() });
  expect([removed.status, removed.body.code]).toEqual([422, "wrong_code"]);
});

test("the first right code turns it on, gives ten recovery codes, and a mail says so", async () => {
  const ada = await person();
  const begun = await data(201, ada.api.post("/auth/mfa/totp", {}));
  expect(begun.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(begun.otpauthUrl).toContain(`secret=${begun.secret}`);
  expect(decodeURIComponent(begun.otpauthUrl)).toContain(`Rimlight:${ada.email}`);
  const { recoveryCodes } = await enrol(ada);
  expect(new Set(recoveryCodes).size).toBe(10);
  for (const code of recoveryCodes)
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(await me(ada)).toMatchObject({ mfaEnabled: true, version: 2 });
  await subjectsTo(ada.email, "A second factor protects your account");
}, 20_000);

test("neither the secret nor a code stands in any table", async () => {
  const ada = await person();
  const { secret } = await data(201, ada.api.post("/auth/mfa/totp", {}));
  const { recoveryCodes } = await enrol(await person());
  const names = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf*' AND name NOT LIKE '%fts%'",
  ).all<{ name: string }>();
  for (const { name } of names.results) {
    const rows = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    const dump = JSON.stringify(rows.results);
    for (const text of [secret, ...recoveryCodes]) expect(dump.includes(text), name).toBe(false);
  }
});

test("a wrong code confirms nothing, ten of them run out, and of many right ones at once one counts", async () => {
  const ada = await person();
  const code = await beginApp(ada);
  const wrong = code().replace(/./g, (digit) => String((Number(digit) + 1) % 10));
  expect((await confirm(ada, wrong)).body.code).toBe("wrong_code");
  const answers = await Promise.all(Array.from({ length: 8 }, () => confirm(ada, code())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const count = await env.DB.prepare("SELECT count(*) n FROM recovery_codes WHERE user_id = ?")
    .bind(ada.id)
    .first("n");
  expect(count).toBe(10);
});

test("beginning anew forgets what was not confirmed, and cannot replace what was", async () => {
  const ada = await person();
  const old = await beginApp(ada);
  const latest = await beginApp(ada);
  expect((await confirm(ada, old())).body.code).toBe("wrong_code");
  expect((await confirm(ada, latest())).status).toBe(200);
  const again = await ada.api.post("/auth/mfa/totp", {});
  expect([again.status, again.body.code]).toEqual([409, "mfa_enabled"]);
  expect((await confirm(ada, latest())).body.code).toBe("mfa_not_begun");
});

test("only the factor itself removes it: a session with the password does not", async () => {
  const ada = await person();
  const app = await enrol(ada);
  for (const body of [{}, { password: ada.password }])
    expect((await ada.api.delete("/auth/mfa/totp", body)).status).toBe(422);
  const removed = await ada.api.delete("/auth/mfa/totp", { code: app.code() });
  expect(removed.status).toBe(204);
  expect((await me(ada)).mfaEnabled).toBe(false);
  expect((await data(200, api().post("/auth/login", ada))).user.mfaEnabled).toBe(false);
  const left = await env.DB.prepare("SELECT count(*) n FROM recovery_codes WHERE user_id = ?")
    .bind(ada.id)
    .first("n");
  expect(left).toBe(0);
});

test("new recovery codes make the old ones worthless, and one code renews them once", async () => {
  const ada = await person();
  const app = await enrol(ada);
  const renew = () => ada.api.post("/auth/mfa/recovery-codes", { code: app.code() });
  const answers = await Promise.all([renew(), renew(), renew()]);
  const [won] = answers.filter(({ status }) => status === 201);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(2);
  const { mfaToken } = await data(200, api().post("/auth/login", ada));
  const finish = (recoveryCode: string) =>
    api().post("/auth/login/mfa", { mfaToken, recoveryCode });
  expect((await finish(app.recoveryCodes[0]!)).status).toBe(401);
  expect((await finish(won!.data.recoveryCodes[0])).status).toBe(200);
});
