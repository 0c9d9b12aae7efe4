import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { mailedToken, mailedTokens, subjectsTo } from "../../testing/mails";
import { type Person, person } from "../../testing/people";

const newPassword = "quite another horse";
const change = (ada: Person, body: object = {}) =>
  ada.api.post("/auth/change-password", { currentPassword: ada.password, newPassword, ...body });

test("other sessions end at once, this one goes on, and a mail says so", async () => {
  const ada = await person();
  const others = await Promise.all([1, 2].map(() => data(200, api().post("/auth/login", ada))));
  expect((await change(ada)).status).toBe(204);
  for (const { accessToken, refreshToken } of others) {
    expect((await api({ token: accessToken }).get("/auth/me")).status).toBe(401);
    expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(401);
  }
  expect((await ada.api.get("/auth/me")).status).toBe(200);
  expect((await ada.api.get("/auth/sessions")).data).toMatchObject([{ isCurrent: true }]);
  const { refreshToken } = ada;
  expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(200);
  expect((await api().post("/auth/login", ada)).status).toBe(401);
  await data(200, api().post("/auth/login", { ...ada, password: newPassword }));
  await subjectsTo(ada.email, "Your password was changed");
}, 30_000);

test("a stolen access token alone changes nothing, and guesses at the password run out", async () => {
  const ada = await person();
  const guess = (i: number) => change(ada, { currentPassword: `guess number ${i}` });
  const answers = await Promise.all(Array.from({ length: 14 }, (_, i) => guess(i)));
  const wrong = answers.filter(({ status }) => status === 403);
  expect(wrong.map(({ body }) => body.code)).toEqual(Array(10).fill("wrong_password"));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
  expect((await change(ada)).status).toBe(429);
  expect((await api().post("/auth/login", ada)).status).toBe(200);
});

test("of ten changes at once from one password, one takes place", async () => {
  const ada = await person();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => change(ada, { newPassword: `the new number ${i}` })),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  for (const { status } of answers) expect([204, 403, 409]).toContain(status);
  const winner = answers.findIndex(({ status }) => status === 204);
  const password = `the new number ${winner}`;
  expect((await api().post("/auth/login", { ...ada, password })).status).toBe(200);
});

test("links that were mailed to reset the old password are worth nothing", async () => {
  const ada = await person();
  await data(202, api().post("/auth/forgot-password", ada));
  const token = await mailedToken(ada.id, "reset_password");
  expect((await change(ada)).status).toBe(204);
  expect(await mailedTokens(ada.id, "reset_password")).toEqual([]);
  const answer = await api().post("/auth/reset-password", { token, password: "a third one" });
  expect(answer.status).toBe(410);
});

test("a session that was revoked changes no password, though its token has not expired", async () => {
  const ada = await person();
  await env.DB.prepare("UPDATE sessions SET revoked_at = 1 WHERE user_id = ?").bind(ada.id).run();
  expect((await change(ada)).status).toBe(401);
});

test("the new password must be as good as any", async () => {
  const ada = await person({ displayName: "Grace Hopper" });
  const weak = await change(ada, { newPassword: "GraceHopper" });
  expect([weak.status, weak.body.code]).toEqual([422, "weak_password"]);
  expect(weak.body.errors[0].path).toBe("body.newPassword");
  for (const odd of ["short", "x".repeat(257), "\ud800 is half", 7, null])
    expect((await change(ada, { newPassword: odd })).body.code).toBe("invalid_request");
  expect((await change(ada, { currentPassword: "" })).status).toBe(422);
  expect((await api().post("/auth/change-password", {})).status).toBe(401);
});
