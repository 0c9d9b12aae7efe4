import { inArray, lt } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { day } from "../../lib/time";
import { oneTimeTokens } from "../tokens/tables";
import { sessions } from "./tables";

/** Every night: forgets sessions and mailed tokens that expired a week ago. */
export async function pruneSessions(ctx: AnyContext, now = Date.now(), limit = 5_000) {
  const { repeatable } = ctx.database;
  const over = now - 7 * day;
  const expired = <T extends typeof sessions | typeof oneTimeTokens>(table: T) =>
    repeatable.delete(table).where(
      inArray(
        table.id,
        repeatable
          .select({ id: table.id })
          .from(table as typeof sessions)
          .where(lt(table.expiresAt, over))
          .limit(limit),
      ),
    );
  await repeatable.batch([expired(sessions), expired(oneTimeTokens)]);
}
