import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";

test("who registers is signed in, and may sign in again", async () => {
  const ada = await person({ displayName: "Ada" });
  const me = await data(200, ada.api.get("/auth/me"));
  expect(me).toMatchObject({
    id: ada.id,
    email: ada.email,
    displayName: "Ada",
    role: "user",
    version: 1,
  });
  const again = await data(
    200,
    api().post("/auth/login", { email: ada.email, password: ada.password }),
  );
  expect(again.user.id).toBe(ada.id);
  expect((await api({ token: again.accessToken }).get("/auth/me")).status).toBe(200);
});

test("roles are in the token", async () => {
  const admin = await person({ role: "admin" });
  expect((await data(200, admin.api.get("/auth/me"))).role).toBe("admin");
});

test("nobody is not somebody, and a bad token is told apart from none", async () => {
  const none = await api().get("/auth/me");
  expect([none.status, none.body.code]).toEqual([401, "authentication_required"]);
  const bad = await api({ token: "abc" }).get("/auth/me");
  expect([bad.status, bad.body.code]).toEqual([401, "invalid_token"]);
});
