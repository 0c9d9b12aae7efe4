import type { IntentStatus } from "../commerce/checkout/events";
import type { ProviderDispute } from "../commerce/payments/disputes";
import type { ProviderRefund } from "../commerce/payments/refunds";

/** Everything that is told through the outbox, and what each message carries. */
export type Events = {
  /** The token is the one to verify the address with (see `linkOf`); null if it is verified. */
  "user.registered": { userId: string; tokenId: string | null };
  /** A guest has registered and stays the same account: whatever is theirs stays where it is. */
  "guest.upgraded": { userId: string };
  /** A guest has signed in to an account: whoever keeps something for the guest gives it to the user. */
  "guest.merged": { guestId: string; userId: string };
  /** A deleted account was erased: whoever keeps something of the person forgets it now. */
  "user.anonymised": { userId: string };
  /** A link is to be mailed to the address it was made for: see `linkOf`. */
  "link.issued": { tokenId: string };
  /** Something that proves who a person is has changed, which they should hear of by mail. */
  "security.changed": { userId: string; change: SecurityChange };
  /** Somebody signed in from where their account was not seen before. */
  "device.new": { userId: string; sessionId: string };
  /** Something that an administrator or an owner may want to prove later. No address, no secret. */
  "audit.recorded": AuditRecord;
  /**
   * A session, or every session of a user, has ended: whoever holds open sockets of it closes
   * them (4401), of a user all but those of the session `except`. `reason` is "reused" where a
   * stolen refresh token is likely.
   */
  "session.revoked": { scope: "session" | "user"; id: string; reason: string; except?: string };
  /** What a product shows has changed: whoever indexes it reads it again. */
  "product.changed": { productId: string };
  /** The same of many at once: an import, or the products of a merchant that paused. */
  "products.changed": { productIds: string[]; variantsToo: boolean };
  /** An order came to be, and waits for its payment. */
  "order.created": { orderId: string };
  /** An order was paid: exactly once. */
  "order.paid": { orderId: string };
  /** A parcel of an order is on its way. */
  "order.shipped": { orderId: string; fulfilmentId: string };
  /** A paid order was cancelled: its money and its goods go back. */
  "order.cancelled": { orderId: string };
  /** An order ended without being paid. */
  "order.ended": { orderId: string; reason: string };
  /** Money and goods of an order do not agree, and an administrator must look. */
  "order.review": { orderId: string; reason: string };
  /** A variant runs low, sold out or came back. */
  "stock.changed": {
    variantId: string;
    available: number;
    news: "low" | "sold_out" | "back";
    version: number;
  };
  /**
   * The search index is made anew, in parts, by id: a null generation begins a new one, a null
   * `after` sweeps away what is left of the old one.
   */
  "search.rebuild": { generation: number | null; after: string | null };
  /** Many products may stand on other shelves now; they are put there in parts, by id. */
  "catalogue.relist": { merchantId?: string; categoryId?: string; after: string };
  /** A CSV is to be taken in, from where its row says. */
  "catalogue.import": { importId: string };
  /** A picture waits for its smaller renderings. */
  "media.uploaded": { mediaId: string };
  /** The provider says that an intent of this checkout moved; `claims` is not believed. */
  "payment.changed": {
    checkoutId: string;
    intentId: string;
    attempt: number;
    claims: IntentStatus | null;
  };
  /** The provider says that refunds of an intent, or a dispute, moved; how, is read there. */
  "refunds.changed": { intentId: string };
  "dispute.changed": { disputeId: string };
  /** A refund or a dispute that is new at the provider or has moved; `key` is null if we did not ask for it. */
  "refund.mirrored": Omit<ProviderRefund, "createdAt">;
  "dispute.mirrored": Omit<ProviderDispute, "createdAt" | "movements">;
  /** Somebody is to be mailed an invitation to a project. */
  "invitation.created": { invitationId: string };
  /** A role in a project is another, or over: rooms that have not heard of it are told. */
  "membership.changed": { projectId: string; userId: string };
  /** A job may be begun; its row says whether it still is to be. */
  "job.due": { jobId: string };
  /** A job ended, for now: a failed or cancelled one may be run again. */
  "job.finished": {
    jobId: string;
    ownerId: string;
    status: "succeeded" | "failed" | "cancelled";
  };
  /** Members are called upon in a comment; the comment says whom. */
  "comment.mentioned": { commentId: string };
};

export type SecurityChange =
  | "password_changed"
  | "password_reset"
  | "totp_added"
  | "totp_removed"
  | "recovery_codes_renewed"
  | "passkey_added"
  | "passkey_removed"
  | "account_deleted"
  | "api_key_created"
  | "identity_linked";

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
