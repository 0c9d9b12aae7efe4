import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { enrol } from "../../testing/authenticator";
import { mailedToken, mailedTokens, subjectsTo } from "../../testing/mails";
import { authenticator } from "../../testing/passkey";
import { type Person, person } from "../../testing/people";
import { holds } from "./held";

const fresh = () => `eve.${newId()}@example.com`;
const undo = (token: string) => api().post("/auth/change-email/undo", { token });
async function move(ada: Person, email: string) {
  await data(202, ada.api.post("/auth/change-email", { email, password: ada.password }));
  const token = await mailedToken(ada.id, "change_email");
  await data(200, api().post("/auth/change-email/confirm", { token }));
}
async function robbed() {
  const ada = await person();
  const token = await mailedToken(ada.id, "verify_email");
  await data(200, api().post("/auth/verify-email", { token }));
  const email = fresh();
  await move(ada, email);
  return { ada, email, wayBack: await mailedToken(ada.id, "undo_email") };
}

test("the owner takes the account back: nothing the thief has opens it any more", async () => {
  const { ada, email, wayBack } = await robbed();
  const app = await enrol(ada);
  const key = await authenticator();
  const options = await data(200, ada.api.post("/auth/passkeys/register/options"));
  const response = await key.create(options);
  await data(201, ada.api.post("/auth/passkeys/register/verify", { response }));
  const begun = await data(200, api().post("/auth/login", { ...ada, email }));
  expect(await data(200, undo(wayBack))).toEqual({ email: ada.email });
  expect((await ada.api.get("/auth/me")).status).toBe(401);
  expect((await api().post("/auth/refresh", ada)).status).toBe(401);
  for (const address of [ada.email, email])
    expect((await api().post("/auth/login", { ...ada, email: address })).status).toBe(401);
  const step = { mfaToken: begun.mfaToken, code: app.code() };
  expect((await api().post("/auth/login/mfa", step)).status).toBe(401);
  const asserted = await key.get(await data(200, api().post("/auth/passkeys/login/options", {})));
  expect((await api().post("/auth/passkeys/login/verify", { response: asserted })).status).toBe(
    401,
  );
  await subjectsTo(ada.email, "Set a new password");
  const token = await mailedToken(ada.id, "reset_password");
  const password = "the owner's own words";
  expect((await api().post("/auth/reset-password", { token, password })).status).toBe(204);
  const { user } = await data(200, api().post("/auth/login", { email: ada.email, password }));
  expect(user).toMatchObject({ id: ada.id, email: ada.email, isVerified: true, mfaEnabled: false });
}, 30_000);

test("of thirty who redeem the way back at once, one does", async () => {
  const { wayBack } = await robbed();
  const answers = await Promise.all(Array.from({ length: 30 }, () => undo(wayBack)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 410)).toHaveLength(29);
});

test("a thief who moves the account on, and then back, does not get ahead of the owner", async () => {
  const { ada, email, wayBack } = await robbed();
  await move(ada, fresh());
  const [thiefs, owners] = await mailedTokens(ada.id, "undo_email");
  expect(owners).toBe(wayBack);
  expect(await data(200, undo(wayBack))).toEqual({ email: ada.email });
  expect((await undo(thiefs!)).status).toBe(410);
  expect((await api().post("/auth/login", { ...ada, email })).status).toBe(401);
});

test("nobody bars the way back by taking the old address", async () => {
  const { ada, email, wayBack } = await robbed();
  const password = "a quiet horse in the rain";
  const taken = await api().post("/auth/register", { email: ada.email, password });
  expect([taken.status, taken.body.code]).toEqual([409, "email_taken"]);
  const eve = await person();
  const moved = await eve.api.post("/auth/change-email", { email: ada.email, password });
  expect([moved.status, moved.body.code]).toEqual([409, "email_taken"]);
  await data(200, undo(wayBack));
  const free = await api().post("/auth/register", { email, password });
  expect(free.status).toBe(201);
});

test("a second factor of before the change stays", async () => {
  const ada = await person();
  const token = await mailedToken(ada.id, "verify_email");
  await data(200, api().post("/auth/verify-email", { token }));
  const app = await enrol(ada);
  await move(ada, fresh());
  await data(200, undo(await mailedToken(ada.id, "undo_email")));
  const reset = await mailedToken(ada.id, "reset_password");
  const password = "the owner's own words";
  expect((await api().post("/auth/reset-password", { token: reset, password })).status).toBe(204);
  const { mfaToken } = await data(200, api().post("/auth/login", { email: ada.email, password }));
  const recoveryCode = app.recoveryCodes[3];
  expect((await api().post("/auth/login/mfa", { mfaToken, recoveryCode })).status).toBe(200);
});

test("whether an address is held is read from an index, not from every token", async () => {
  const { sql, params } = holds(systemContext(), "a", "b").toSQL();
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail).join()).toContain("one_time_tokens_holding");
});
