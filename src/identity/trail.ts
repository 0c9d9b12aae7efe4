import type { BatchItem } from "drizzle-orm/batch";
import type { AnyContext, Outgoing } from "../data/context";
import { emit } from "../data/outbox";
import { events } from "../data/tables";
import type { AuditRecord } from "../jobs/events";
import { newId } from "../lib/id";

type Deed = {
  action: string;
  /** Whom or what it was done to. */
  target: readonly [type: string, id: string];
  /** Whoever did it, if it was not the signed-in person, or who stands behind them. */
  actorId?: string | null;
  detail?: Record<string, string | number | boolean>;
};

const recordOf = (ctx: AnyContext, { action, target, actorId, detail = {} }: Deed): AuditRecord => {
  const { id = null, impersonatorId } = ctx.actor ?? {};
  const acting = impersonatorId === undefined ? id : impersonatorId;
  return {
    actorId: actorId === undefined ? acting : actorId,
    action,
    targetType: target[0],
    targetId: target[1],
    detail: impersonatorId === undefined ? detail : { ...detail, as: id },
  };
};

/** The audit record of what the statement before it in the batch changed, if it changed anything. */
export const audited = (ctx: AnyContext, deed: Deed) =>
  emit(ctx, "audit.recorded", recordOf(ctx, deed));

/** The audit record of something that changes no row, such as a refused password. */
export function witnessed(ctx: AnyContext, deed: Deed): BatchItem<"sqlite"> {
  const event = {
    id: newId(),
    type: "audit.recorded",
    queue: "EVENTS",
    payload: recordOf(ctx, deed),
    requestId: ctx.requestId,
  } satisfies Outgoing;
  const statement = ctx.db
    .insert(events)
    .values({ ...event, createdAt: Date.now() })
    .returning({ id: events.id });
  ctx.drafts.set(statement, event);
  return statement;
}
