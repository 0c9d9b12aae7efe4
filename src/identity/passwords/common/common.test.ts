import { expect, test } from "vitest";
import { newId } from "../../../lib/id";
import { api } from "../../../testing/api";
import { mailedToken } from "../../../testing/mails";
import { person } from "../../../testing/people";
import { isCommon } from "./common";

const common = ["password", "Password1", "12345678", "qwertyuiop", "iloveyou1", "ＴＲＵＳＴＮＯ１"];

test("what everybody tries first is common, in any case and width; what nobody does is not", async () => {
  for (const password of common)
    expect([password, await isCommon(password)]).toEqual([password, true]);
  for (const password of ["a quiet horse in the rain", "passw0rd-of-nobody-else", "", "\u0000"])
    expect([password, await isCommon(password)]).toEqual([password, false]);
});

test("of a thousand random passwords, hardly one is taken for a common one", async () => {
  let taken = 0;
  for (let i = 0; i < 1_000; i++) if (await isCommon(newId())) taken += 1;
  expect(taken).toBeLessThan(2);
});

test("a common password cannot be registered, changed to or reset to, and uses up nothing", async () => {
  const ada = await person();
  await api().post("/auth/forgot-password", ada);
  const token = await mailedToken(ada.id, "reset_password");
  const weak = "Password1";
  const tries = [
    [
      "body.password",
      api().post("/auth/register", { email: `${newId()}@x.example`, password: weak }),
    ],
    ["body.password", api().post("/auth/reset-password", { token, password: weak })],
    [
      "body.newPassword",
      ada.api.post("/auth/change-password", { currentPassword: ada.password, newPassword: weak }),
    ],
  ] as const;
  for (const [path, answer] of tries) {
    const { status, body } = await answer;
    expect([status, body.code, body.errors[0].path]).toEqual([422, "weak_password", path]);
  }
  expect((await api().post("/auth/login", ada)).status).toBe(200);
  const good = { token, password: "quite another horse" };
  expect((await api().post("/auth/reset-password", good)).status).toBe(204);
});
