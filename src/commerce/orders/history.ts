import { sql } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { orderHistory } from "./tables";
import type { OrderStatus } from "./transitions";

/** For a batch, right after the statement that changed the order's status: the next line of its history. */
export const noteStatus = (
  ctx: AnyContext,
  orderId: string,
  status: OrderStatus,
  { reason = null, now }: { reason?: string | null; now: number },
) =>
  ctx.db.insert(orderHistory).select(
    sql`SELECT ${orderId}, coalesce((SELECT max(sequence) FROM order_history
        WHERE order_id = ${orderId}), 0) + 1, ${status}, ${reason}, ${ctx.actor?.id ?? null}, ${now}
        WHERE changes() > 0`,
  );
