import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { enrol } from "../../testing/authenticator";
import { type Person, person } from "../../testing/people";
import { recoveryCodes } from "../factors/tables";
import { establishSession } from "./establish";

const asRead = ({ id }: Person) =>
  ({ id, role: "user", tokenVersion: 1, mfaEnabled: false }) as const;
const count = ({ id }: Person, table: string) =>
  env.DB.prepare(`SELECT count(*) n FROM ${table} WHERE user_id = ?`).bind(id).first("n");
const open = (account: Parameters<typeof establishSession>[1], amr: string[], changedAt?: number) =>
  establishSession(
    systemContext(),
    account,
    amr,
    [],
    changedAt === undefined ? {} : { passwordChangedAt: changedAt },
  );

test("a sign-in that read the account before a second factor was set up does not get past it", async () => {
  const ada = await person();
  await enrol(ada);
  const before = await count(ada, "sessions");
  expect(await open(asRead(ada), ["pwd"])).toBeNull();
  expect(await open(asRead(ada), ["ext"])).toBeNull();
  expect(await count(ada, "sessions")).toBe(before);
  expect(await open({ ...asRead(ada), mfaEnabled: true }, ["ext"])).toMatchObject({
    mfaRequired: true,
  });
  expect(await open(asRead(ada), ["pwd", "otp", "mfa"])).toHaveProperty("accessToken");
});

test("a sign-in whose password was changed while it was being checked opens nothing", async () => {
  const ada = await person();
  const changedAt = await env.DB.prepare("SELECT changed_at FROM passwords WHERE user_id = ?")
    .bind(ada.id)
    .first<number>("changed_at");
  expect(await open(asRead(ada), ["pwd"], changedAt!)).toHaveProperty("accessToken");
  const change = { currentPassword: ada.password, newPassword: "quite another horse" };
  expect((await ada.api.post("/auth/change-password", change)).status).toBe(204);
  const before = await count(ada, "sessions");
  expect(await open(asRead(ada), ["pwd"], changedAt!)).toBeNull();
  expect(await count(ada, "sessions")).toBe(before);
});

test("what was to happen with a sign-in that opens nothing has not happened", async () => {
  const ada = await person();
  const ctx = systemContext();
  const row = { userId: ada.id, hash: "x", usedAt: null };
  const before = [ctx.db.insert(recoveryCodes).values(row)];
  const stale = { ...asRead(ada), tokenVersion: 9 };
  expect(await establishSession(ctx, stale, ["pwd"], before)).toBeNull();
  expect(await count(ada, "recovery_codes")).toBe(0);
});
