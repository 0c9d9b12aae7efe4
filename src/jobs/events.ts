/** Everything that is told through the outbox, and what each message carries. */
export type Events = {
  /** The token is the one to verify the address with: see `linkOf`. */
  "user.registered": { userId: string; tokenId: string };
  /** Something that an administrator or an owner may want to prove later. No address, no secret. */
  "audit.recorded": AuditRecord;
  /**
   * A session, or every session of a user, has ended: whoever holds open sockets of it closes
   * them (4401). `reason` is "reused" where a stolen refresh token is likely.
   */
  "session.revoked": { scope: "session" | "user"; id: string; reason: string };
  /** What a product shows has changed: whoever indexes it reads it again. */
  "product.changed": { productId: string };
  /** Variants of the product are new: those whose inventory is still at version 0. */
  "variants.created": { productId: string; merchantId: string };
};

export type AuditRecord = {
  actorId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  detail: Record<string, unknown>;
};

export type EventType = keyof Events;

/** What travels through a queue. */
export type Message<T extends EventType = EventType> = {
  id: string;
  type: T;
  payload: Events[T];
  requestId: string;
};
