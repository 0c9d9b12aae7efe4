import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { mailedToken, mailedTokens, subjectsTo } from "../../testing/mails";
import { type Person, person } from "../../testing/people";

const fresh = () => `moved.${newId()}@example.com`;
const ask = (ada: Person, email: string, password = ada.password) =>
  ada.api.post("/auth/change-email", { email, password });
const confirm = (token: string) => api().post("/auth/change-email/confirm", { token });
const verify = async (ada: Person) =>
  data(200, api().post("/auth/verify-email", { token: await mailedToken(ada.id, "verify_email") }));
const addressOf = async (ada: Person) => (await ada.api.get("/auth/me")).data.email;

test("the account moves once the new mailbox is proved, and the old one is mailed a way back", async () => {
  const ada = await person();
  await verify(ada);
  const email = fresh();
  await data(202, ask(ada, email));
  expect(await addressOf(ada)).toBe(ada.email);
  await subjectsTo(email, "Confirm your new mail address");
  expect(await data(200, confirm(await mailedToken(ada.id, "change_email")))).toEqual({ email });
  expect((await ada.api.get("/auth/me")).data).toMatchObject({ email, isVerified: true });
  expect((await api().post("/auth/login", ada)).status).toBe(401);
  expect((await api().post("/auth/login", { ...ada, email })).status).toBe(200);
  await subjectsTo(ada.email, "The mail address of your account was changed");
}, 30_000);

test("of thirty who redeem one link at once, one does, and one way back is mailed", async () => {
  const ada = await person();
  await verify(ada);
  await data(202, ask(ada, fresh()));
  const token = await mailedToken(ada.id, "change_email");
  const answers = await Promise.all(Array.from({ length: 30 }, () => confirm(token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 410)).toHaveLength(29);
  expect(await mailedTokens(ada.id, "undo_email")).toHaveLength(1);
});

test("a stolen session without the password moves nothing", async () => {
  const ada = await person();
  const wrong = await ask(ada, fresh(), "not this one");
  expect([wrong.status, wrong.body.code]).toEqual([403, "wrong_password"]);
  expect(await mailedTokens(ada.id, "change_email")).toEqual([]);
  const bodies = [
    { email: "no address", password: ada.password },
    { email: "a@x.example\r\nBcc: b@x.example", password: ada.password },
    { email: fresh() },
    {},
  ];
  for (const body of bodies)
    expect((await ada.api.post("/auth/change-email", body)).body.code).toBe("invalid_request");
});

test("an address is taken once, also by two who prove it at the same time", async () => {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const taken = await ask(ada, eve.email);
  expect([taken.status, taken.body.code]).toEqual([409, "email_taken"]);
  expect((await ask(ada, ada.email)).body.code).toBe("email_taken");
  const email = fresh();
  await Promise.all([data(202, ask(ada, email)), data(202, ask(bob, email))]);
  const tokens = [
    await mailedToken(ada.id, "change_email"),
    await mailedToken(bob.id, "change_email"),
  ];
  const answers = await Promise.all(tokens.map(confirm));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect([await addressOf(ada), await addressOf(bob)].filter((one) => one === email)).toHaveLength(
    1,
  );
});

test("links mailed to the old address prove and reset nothing any more", async () => {
  const ada = await person();
  await data(202, api().post("/auth/forgot-password", ada));
  const reset = await mailedToken(ada.id, "reset_password");
  const verification = await mailedToken(ada.id, "verify_email");
  await data(202, ask(ada, fresh()));
  await data(200, confirm(await mailedToken(ada.id, "change_email")));
  const late = await api().post("/auth/reset-password", {
    token: reset,
    password: "another horse",
  });
  expect(late.status).toBe(410);
  expect((await api().post("/auth/verify-email", { token: verification })).status).toBe(410);
});

test("an address that was never proved gets no way back: it may be a stranger's", async () => {
  const ada = await person();
  await data(202, ask(ada, fresh()));
  await data(200, confirm(await mailedToken(ada.id, "change_email")));
  expect(await mailedTokens(ada.id, "undo_email")).toEqual([]);
});

test("asking again makes the earlier link worthless, and three links an hour go to one mailbox", async () => {
  const ada = await person();
  const email = fresh();
  await data(202, ask(ada, email));
  const first = await mailedToken(ada.id, "change_email");
  for (let i = 0; i < 2; i++) await data(202, ask(ada, email));
  expect((await ask(ada, email)).status).toBe(429);
  expect((await confirm(first)).status).toBe(410);
  const suspended = await mailedToken(ada.id, "change_email");
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(ada.id).run();
  expect((await confirm(suspended)).status).toBe(410);
});
