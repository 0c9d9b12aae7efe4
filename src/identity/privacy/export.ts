import type { Context } from "../../data/context";
import { spend } from "../../http/limit";
import { iso } from "../../lib/time";
import { keepers } from "./keepers";
import type { Export } from "./schema";

/** Everything that is kept of whoever asks. */
export async function exportData(ctx: Context): Promise<Export> {
  await spend("export", ctx.actor.id);
  const told = Object.entries(keepers).map(
    async ([name, keeper]) => [name, await keeper.tell(ctx, ctx.actor.id)] as const,
  );
  return { exportedAt: iso(Date.now()), ...Object.fromEntries(await Promise.all(told)) };
}
