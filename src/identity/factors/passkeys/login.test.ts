import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../../testing/api";
import { enrol } from "../../../testing/authenticator";
import { type Authenticator, authenticator } from "../../../testing/passkey";
import { type Person, person } from "../../../testing/people";

async function keyHolder() {
  const ada = await person();
  const key = await authenticator();
  const options = await data(200, ada.api.post("/auth/passkeys/register/options"));
  const response = await key.create(options);
  await data(201, ada.api.post("/auth/passkeys/register/verify", { response }));
  return { ada, key };
}
const begin = (mfaToken?: string) =>
  data(200, api().post("/auth/passkeys/login/options", mfaToken ? { mfaToken } : {}));
const verify = (response: unknown, mfaToken?: string) =>
  api().post("/auth/passkeys/login/verify", { response, ...(mfaToken && { mfaToken }) });
const signIn = async (key: Authenticator, quirks = {}) =>
  verify(await key.get(await begin(), quirks));
const amrOf = async ({ id }: Person) => {
  const last = "SELECT amr FROM sessions WHERE user_id = ? ORDER BY id DESC";
  return JSON.parse((await env.DB.prepare(last).bind(id).first<string>("amr"))!);
};

test("a passkey signs in without address or password, also where there is a second factor", async () => {
  const { ada, key } = await keyHolder();
  const options = await begin();
  expect(options).toMatchObject({ rpId: "rimlight.test", allowCredentials: [] });
  expect(options.userVerification).toBe("required");
  const { user, accessToken } = await data(200, verify(await key.get(options)));
  expect(user.id).toBe(ada.id);
  expect((await api({ token: accessToken }).get("/auth/me")).status).toBe(200);
  await enrol(ada);
  expect((await signIn(key)).status).toBe(200);
  expect(await amrOf(ada)).toEqual(["hwk", "mfa"]);
  const [passkey] = await data(200, ada.api.get("/auth/passkeys"));
  expect(passkey.lastUsedAt).not.toBeNull();
});

test("an authenticator that did not make sure of the person is no sign-in alone, but a second step", async () => {
  const { ada, key } = await keyHolder();
  const alone = await signIn(key, { userVerified: false });
  expect([alone.status, alone.body.code]).toEqual([401, "invalid_passkey"]);
  await enrol(ada);
  const { mfaToken, methods } = await data(200, api().post("/auth/login", ada));
  expect(methods).toEqual(["passkey", "totp", "recovery_code"]);
  const options = await begin(mfaToken);
  expect(options.allowCredentials).toMatchObject([{ id: key.id }]);
  const response = await key.get(options, { userVerified: false, userHandle: null });
  expect((await verify(response)).status).toBe(401);
  const { user } = await data(200, verify(response, mfaToken));
  expect(user.id).toBe(ada.id);
  expect(await amrOf(ada)).toEqual(["pwd", "hwk", "mfa"]);
  const again = await verify(await key.get(options), mfaToken);
  expect(again.status).toBe(401);
});

test("of thirty who send one answer at once, one is signed in", async () => {
  const { ada, key } = await keyHolder();
  const count = () =>
    env.DB.prepare("SELECT count(*) n FROM sessions WHERE user_id = ?").bind(ada.id).first("n");
  const before = Number(await count());
  const response = await key.get(await begin());
  const answers = await Promise.all(Array.from({ length: 30 }, () => verify(response)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(29);
  expect(await count()).toBe(before + 1);
}, 30_000);

test("an authenticator that does not count is accepted, each answer once", async () => {
  const { key } = await keyHolder();
  await env.DB.prepare("UPDATE passkeys SET counter = 0 WHERE credential_id = ?")
    .bind(key.id)
    .run();
  const response = await key.get(await begin(), { counter: 0 });
  const answers = await Promise.all([1, 2, 3].map(() => verify(response)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
  expect((await signIn(key, { counter: 0 })).status).toBe(200);
});

test("a counter that goes back is a copy of the key: refused, and in the audit log", async () => {
  const { ada, key } = await keyHolder();
  expect((await signIn(key, { counter: 41 })).status).toBe(200);
  for (const counter of [41, 40, 1, 0])
    expect((await signIn(key, { counter })).body.code).toBe("invalid_passkey");
  expect((await signIn(key, { counter: 42 })).status).toBe(200);
  const refused = await env.DB.prepare(
    "SELECT count(*) n FROM events WHERE instr(payload, 'passkey.refused') AND instr(payload, ?)",
  )
    .bind(ada.id)
    .first("n");
  expect(refused).toBe(4);
});

test("what was signed for another site, challenge or person is refused", async () => {
  const { key } = await keyHolder();
  const other = await keyHolder();
  const odd = [
    { origin: "https://evil.example" },
    { rpId: "evil.example" },
    { type: "webauthn.create" },
    { challenge: "AAAA" },
    { userHandle: null },
    { userHandle: "AAAA" },
  ];
  for (const quirks of odd) {
    const { status, body } = await signIn(key, quirks);
    expect([quirks, status, body.code]).toEqual([quirks, 401, "invalid_passkey"]);
  }
  const mine = await key.get(await begin());
  const theirs = await other.key.get(await begin());
  const mixed = [
    { ...mine, id: theirs.id, rawId: theirs.rawId },
    { ...mine, response: { ...mine.response, signature: theirs.response.signature } },
    { ...mine, response: { ...mine.response, authenticatorData: "AAAA" } },
    { ...(await (await authenticator()).get(await begin())) },
  ];
  for (const response of mixed) expect((await verify(response)).body.code).toBe("invalid_passkey");
  const { options } = {
    options: await data(200, other.ada.api.post("/auth/passkeys/register/options")),
  };
  const crossed = await key.get({ challenge: options.challenge, rpId: "rimlight.test" });
  expect((await verify(crossed)).body.code).toBe("invalid_passkey");
});

test("the second step of one sign-in is not that of another, nor of another person", async () => {
  const [ada, eve] = [await keyHolder(), await keyHolder()];
  await Promise.all([enrol(ada.ada), enrol(eve.ada)]);
  const step = async ({ ada: one }: typeof ada) =>
    (await data(200, api().post("/auth/login", one))).mfaToken as string;
  const [first, second] = [await step(ada), await step(ada)];
  const response = await ada.key.get(await begin(first));
  expect((await verify(response, second)).status).toBe(401);
  const foreign = await eve.key.get(await begin(first));
  expect((await verify(foreign, first)).status).toBe(401);
  for (const token of ["x", ada.ada.token, `${first}x`]) {
    const answer = await verify(response, token);
    expect([answer.status, answer.body.code]).toEqual([401, "invalid_mfa_token"]);
  }
  expect((await verify(response, first)).status).toBe(200);
});

test("a removed passkey, or one of a suspended account, signs nobody in", async () => {
  const { ada, key } = await keyHolder();
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  expect((await signIn(key)).status).toBe(401);
  await env.DB.prepare("UPDATE users SET suspended_at = NULL WHERE id = ?").bind(ada.id).run();
  const response = await key.get(await begin());
  const [{ id }] = await data(200, ada.api.get("/auth/passkeys"));
  expect((await ada.api.delete(`/auth/passkeys/${id}`)).status).toBe(204);
  expect((await verify(response)).body.code).toBe("invalid_passkey");
});

test("without an address of our own there are no passkeys", async () => {
  const url = env.PUBLIC_URL;
  try {
    env.PUBLIC_URL = "";
    const answer = await api().post("/auth/passkeys/login/options", {});
    expect([answer.status, answer.body.code]).toEqual([501, "not_configured"]);
  } finally {
    env.PUBLIC_URL = url;
  }
});
