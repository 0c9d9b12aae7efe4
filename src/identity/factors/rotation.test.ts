import { env } from "cloudflare:workers";
import type { BatchItem } from "drizzle-orm/batch";
import { afterEach, expect, test, vi } from "vitest";
import { enrol } from "../../testing/authenticator";
import { person } from "../../testing/people";

const only = env.RIMLIGHT_SECRETS;
afterEach(() => {
  env.RIMLIGHT_SECRETS = only;
  vi.resetModules();
});

test("an authenticator app outlives its secret: each use seals it under the newest", async () => {
  const ada = await person();
  const { code } = await enrol(ada);
  const sealed = () =>
    env.DB.prepare("SELECT secret FROM totp_secrets WHERE user_id = ?")
      .bind(ada.id)
      .first<string>("secret");
  expect(await sealed()).toMatch(/^v1\./);
  const use = async (secrets: string, text: string) => {
    env.RIMLIGHT_SECRETS = secrets;
    vi.resetModules();
    const { useFactor } = await import("./prove");
    const { systemContext } = await import("../../data/context");
    const ctx = systemContext();
    const used = await useFactor(ctx, ada.id, { code: text });
    if (used) await ctx.db.batch(used as [BatchItem<"sqlite">, ...BatchItem<"sqlite">[]]);
    return used !== null;
  };
  const second = `v2:${btoa("another secret for tests, known to all")}`;
  expect(await use(`${second},${only}`, code())).toBe(true);
  expect(await sealed()).toMatch(/^v2\./);
  await env.DB.prepare("UPDATE totp_secrets SET last_step = 0 WHERE user_id = ?")
    .bind(ada.id)
    .run();
  expect(await use(second, code())).toBe(true);
});
