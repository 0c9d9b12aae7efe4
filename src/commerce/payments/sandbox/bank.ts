import { unknown } from "./refusal";

/** An object of Stripe's API as it is stored and shown. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are Stripe's, told by `object`
export type StripeObject = { id: string; object: string; [member: string]: any };

/** What happens later, by itself. */
export type Chore =
  | { kind: "settle"; intentId: string; method: string }
  | { kind: "refund"; refundId: string; to: "succeeded" | "failed" };

/** One request's view of the sandbox: its tables, its time, and whom it answers. */
export type Bank = {
  sql: SqlStorage;
  /** Epoch milliseconds. */
  now: number;
  /** Where people reach this Worker. */
  publicUrl: string;
  requestId: string | null;
  key: string | null;
};

export const tables = `
  CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, sequence);
  CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, kind);
  CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS chores (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, chore TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due);
`;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function stripeId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `${prefix}_${Array.from(bytes, (byte) => letters[byte % 62]).join("")}`;
}

/** A new object, or a new state of it; `parent` is the intent that it belongs to. */
export function save<T extends StripeObject>({ sql }: Bank, object: T, parent = ""): T {
  sql.exec(
    `INSERT INTO objects (id, kind, parent, created, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    object.id,
    object.object,
    parent,
    object.created ?? 0,
    JSON.stringify(object),
  );
  return object;
}

type Row = { sequence: number; body: string };

export function find({ sql }: Bank, kind: string, id: string): StripeObject | undefined {
  const [row] = sql.exec<Row>("SELECT * FROM objects WHERE id = ? AND kind = ?", id, kind);
  return row && JSON.parse(row.body);
}

export function intentBy(bank: Bank, id: string, param = "intent"): StripeObject {
  const intent = find(bank, "payment_intent", id);
  if (!intent) throw unknown("payment_intent", id, param);
  return intent;
}

export function childrenOf({ sql }: Bank, kind: string, parent: string): StripeObject[] {
  const rows = sql.exec<Row>(
    "SELECT * FROM objects WHERE parent = ? AND kind = ? ORDER BY sequence DESC",
    parent,
    kind,
  );
  return rows.toArray().map(({ body }) => JSON.parse(body));
}

/** The latest first, as every list of Stripe's. */
export function page(
  { sql }: Bank,
  kind: string,
  { limit, after, since }: { limit: number; after: string | undefined; since: number },
): { data: StripeObject[]; more: boolean } {
  const rows = sql
    .exec<Row>(
      `SELECT * FROM objects WHERE kind = ? AND created >= ?
         AND sequence < coalesce((SELECT sequence FROM objects WHERE id = ?), 9e15)
       ORDER BY sequence DESC LIMIT ?`,
      kind,
      since,
      after ?? "",
      limit + 1,
    )
    .toArray();
  return {
    data: rows.slice(0, limit).map(({ body }) => JSON.parse(body)),
    more: rows.length > limit,
  };
}

export function later({ sql, now }: Bank, chore: Chore, ms: number): void {
  sql.exec("INSERT INTO chores (due, chore) VALUES (?, ?)", now + ms, JSON.stringify(chore));
}

/** Tells the endpoint, once the request's transaction stands. */
export function record(bank: Bank, type: string, object: StripeObject): void {
  const { sql, now, requestId, key } = bank;
  const event = save(bank, {
    id: stripeId("evt"),
    object: "event",
    api_version: "2026-10-28.endive",
    created: Math.floor(now / 1_000),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: requestId, idempotency_key: key },
    type,
  });
  if (heard.test(type))
    sql.exec("INSERT INTO deliveries (event_id, due) VALUES (?, ?)", event.id, now);
}

/** What the endpoint has subscribed to. */
const heard =
  /^(payment_intent\.(succeeded|payment_failed|canceled|processing|requires_action)|refund\.(created|updated|failed)|charge\.refunded|charge\.dispute\.\w+)$/;
