import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { enrol } from "../../testing/authenticator";
import { mailedToken } from "../../testing/mails";
import { person } from "../../testing/people";

test("who registered with somebody else's address loses it whole once its owner resets the password", async () => {
  const eve = await person();
  const app = await enrol(eve);
  const begun = await data(200, api().post("/auth/login", eve));
  await data(202, api().post("/auth/forgot-password", eve));
  const token = await mailedToken(eve.id, "reset_password");
  const password = "the owner's own words";
  expect((await api().post("/auth/reset-password", { token, password })).status).toBe(204);
  const { user } = await data(200, api().post("/auth/login", { email: eve.email, password }));
  expect(user).toMatchObject({ id: eve.id, isVerified: true, mfaEnabled: false });
  expect((await eve.api.get("/auth/me")).status).toBe(401);
  const { refreshToken } = eve;
  expect((await api().post("/auth/refresh", { refreshToken })).status).toBe(401);
  expect((await api().post("/auth/login", eve)).status).toBe(401);
  for (const factor of [{ code: app.code() }, { recoveryCode: app.recoveryCodes[0] }]) {
    const late = await api().post("/auth/login/mfa", { mfaToken: begun.mfaToken, ...factor });
    expect(late.status).toBe(401);
  }
});
