import { and, eq, sql } from "drizzle-orm";
import { Unavailable } from "../../data/attempt";
import type { Context } from "../../data/context";
import type { Message } from "../../jobs/events";
import { Permanent, reasonOf } from "../../jobs/failure";
import { newId } from "../../lib/id";
import { minute, second } from "../../lib/time";
import { compose, type Mail } from "./letter";
import { mails } from "./tables";
import { mailSetup } from "./transports/transport";

const lease = minute;
type Claim = { id: string; attempts: number };
type Outcome = Partial<typeof mails.$inferInsert> & {
  status: "queued" | "sent" | "refused" | "unconfigured";
};

/**
 * Sends the mail of an event, once however often the event is delivered. Only a crash between the
 * provider's yes and our note of it can send it again, and then under the same message id.
 * @throws {Permanent} if it was refused
 * @throws {Unavailable} if it should be tried again
 */
export async function deliver(
  ctx: Context<null>,
  { id: eventId }: Message,
  mail: Mail,
  setup = mailSetup(),
): Promise<void> {
  const claim = await claimMail(ctx, eventId, mail);
  if (!claim) return refuseAgain(ctx, eventId, mail.kind);
  if (!setup) return settle(ctx, claim, { status: "unconfigured" });
  const { transport, from } = setup;
  const send = async () => transport.send(compose(claim.id, mail, from));
  const providerId = await send().catch(async (error) => {
    const status = error instanceof Permanent ? "refused" : "queued";
    await settle(ctx, claim, { status, error: reasonOf(error), transport: transport.name });
    throw error;
  });
  await settle(ctx, claim, { status: "sent", providerId, error: null, transport: transport.name });
}

/**
 * The right to send it now: for the first, for one that failed before, for one whose sender
 * vanished, and for one that was refused and that an administrator has sent again.
 */
async function claimMail(ctx: Context<null>, eventId: string, mail: Mail, now = Date.now()) {
  const { kind, userId } = mail;
  const held = { status: "sending", leaseUntil: now + lease, updatedAt: now } as const;
  const [claim] = await ctx.db
    .insert(mails)
    .values({ id: newId(), eventId, kind, userId, attempts: 1, createdAt: now, ...held })
    .onConflictDoUpdate({
      target: [mails.eventId, mails.kind],
      set: { ...held, attempts: sql`${mails.attempts} + 1` },
      setWhere: sql`${mails.status} IN ('queued', 'unconfigured')
        OR (${mails.status} = 'sending' AND ${mails.leaseUntil} < ${now})
        OR (${mails.status} = 'refused' AND EXISTS (SELECT 1 FROM dead_letters d
          WHERE d.event_id = ${eventId} AND d.retried_at > ${mails.updatedAt}))`,
    })
    .returning({ id: mails.id, attempts: mails.attempts });
  return claim;
}

async function settle(ctx: Context<null>, { id, attempts }: Claim, outcome: Outcome) {
  await ctx.database.repeatable
    .update(mails)
    .set({ ...outcome, updatedAt: Date.now() })
    .where(and(eq(mails.id, id), eq(mails.status, "sending"), eq(mails.attempts, attempts)));
}

/** Why there was nothing to claim: silence if it was sent, else what the first delivery was told. */
async function refuseAgain(ctx: Context<null>, eventId: string, kind: string): Promise<void> {
  const row = await ctx.db
    .select({ status: mails.status, leaseUntil: mails.leaseUntil })
    .from(mails)
    .where(and(eq(mails.eventId, eventId), eq(mails.kind, kind)))
    .get();
  if (row?.status === "refused") throw new Permanent("it was refused before");
  if (row?.status !== "sending") return;
  const left = Math.ceil((row.leaseUntil - Date.now()) / second);
  throw new Unavailable("another delivery is sending it", Math.max(1, left));
}
