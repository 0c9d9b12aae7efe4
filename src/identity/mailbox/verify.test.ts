import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { mailedToken, mailedTokens, subjectsTo } from "../../testing/mails";
import { person } from "../../testing/people";

const verify = (token: string) => api().post("/auth/verify-email", { token });

test("a mailed link proves the address, without anybody being signed in", async () => {
  const ada = await person();
  expect((await ada.api.get("/auth/me")).data.isVerified).toBe(false);
  const token = await mailedToken(ada.id, "verify_email");
  expect(await data(200, verify(token))).toEqual({ email: ada.email });
  const { isVerified, version } = (await ada.api.get("/auth/me")).data;
  expect([isVerified, version]).toEqual([true, 2]);
});

test("of thirty who redeem one link at once, one does", async () => {
  const ada = await person();
  const token = await mailedToken(ada.id, "verify_email");
  const answers = await Promise.all(Array.from({ length: 30 }, () => verify(token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 410)).toHaveLength(29);
  const audits = await env.DB.prepare(
    "SELECT count(*) n FROM events WHERE instr(payload, 'email.verified') AND instr(payload, ?)",
  )
    .bind(ada.id)
    .first("n");
  expect(audits).toBe(1);
});

test("opening the link redeems nothing, however often a scanner does", async () => {
  const ada = await person();
  const token = await mailedToken(ada.id, "verify_email");
  for (const path of [
    "//verify-email",
    `//verify-email?token=${token}`,
    `/auth/verify-email?token=${token}`,
  ])
    for (let i = 0; i < 2; i++) await api().get(path);
  expect((await verify(token)).status).toBe(200);
});

test("a link to an address the account no longer has proves nothing", async () => {
  const ada = await person();
  const token = await mailedToken(ada.id, "verify_email");
  await env.DB.prepare("UPDATE users SET email = ? WHERE id = ?")
    .bind(`moved.${ada.email}`, ada.id)
    .run();
  expect((await verify(token)).body.code).toBe("link_expired");
  expect((await ada.api.get("/auth/me")).data.isVerified).toBe(false);
});

test("the link can be asked for again three times an hour, until it was used", async () => {
  const ada = await person();
  const resend = () => ada.api.post("/auth/verify-email/resend", {});
  const answers = await Promise.all(Array.from({ length: 6 }, resend));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  const [latest, ...earlier] = await mailedTokens(ada.id, "verify_email");
  expect(earlier).toHaveLength(3);
  expect((await verify(latest!)).status).toBe(200);
  expect((await verify(earlier[0]!)).status).toBe(410);
  const again = await resend();
  expect([again.status, again.body.code]).toEqual([409, "already_verified"]);
});

test("the link that was asked for again is mailed", async () => {
  const ada = await person();
  await env.DB.prepare("UPDATE one_time_tokens SET used_at = 1 WHERE user_id = ?")
    .bind(ada.id)
    .run();
  await data(202, ada.api.post("/auth/verify-email/resend", {}));
  expect(await subjectsTo(ada.email, "Confirm your mail address")).toHaveLength(2);
}, 20_000);

test("what is no link of ours proves nothing", async () => {
  for (const token of [`${newId()}.${"A".repeat(43)}`, "x", "%00", "a.b.c"])
    expect((await verify(token)).body.code).toBe("invalid_link");
  for (const token of ["", "x".repeat(100_000), 1, null])
    expect((await verify(token as string)).body.code).toBe("invalid_request");
});
