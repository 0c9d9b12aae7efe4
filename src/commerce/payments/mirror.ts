import { sql } from "drizzle-orm";
import { commit, emit } from "../../data/outbox";
import type { Consumer } from "../../jobs/consume";
import { retrieveDispute } from "./disputes";
import { listRefunds } from "./refunds";
import { providerDisputes, providerRefunds } from "./tables";

/** A look that began later saw what is newer; what looks the same is no news. */
const isNews = sql`excluded.asked_at >= asked_at AND excluded.status <> status`;

/** Reads all refunds of an intent at the provider, and tells of each that is new or has moved. */
export const mirrorRefunds: Consumer<"refunds.changed"> = async (ctx, { payload }, once) => {
  const askedAt = Date.now();
  const refunds = await listRefunds(payload.intentId);
  const statements = refunds.flatMap((refund) => {
    const { status, failureReason, createdAt: _, ...told } = refund;
    return [
      ctx.db
        .insert(providerRefunds)
        .values({ ...refund, askedAt })
        .onConflictDoUpdate({
          target: providerRefunds.id,
          set: { status, failureReason, askedAt },
          setWhere: isNews,
        }),
      emit(ctx, "refund.mirrored", { ...told, status, failureReason }),
    ];
  });
  await commit(ctx, [once, ...statements]);
};

/** The same of a dispute. */
export const mirrorDispute: Consumer<"dispute.changed"> = async (ctx, { payload }, once) => {
  const askedAt = Date.now();
  const dispute = await retrieveDispute(payload.disputeId);
  if (!dispute) return;
  const { movements: _, createdAt, ...told } = dispute;
  await commit(ctx, [
    once,
    ctx.db
      .insert(providerDisputes)
      .values({ ...told, createdAt, askedAt })
      .onConflictDoUpdate({
        target: providerDisputes.id,
        set: { status: told.status, askedAt },
        setWhere: isNews,
      }),
    emit(ctx, "dispute.mirrored", told),
  ]);
};
