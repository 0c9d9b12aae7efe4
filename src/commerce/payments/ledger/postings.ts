import { allocate, exact, scale, sumAmounts } from "../../../lib/amounts";
import type { Currency } from "../../../lib/currencies";
import type { Account, Kind } from "./accounts";

export type Entry = { account: Account; merchantId: string | null; amount: number };

/** What is to be written down, once per reference. */
export type Posting = {
  kind: Kind;
  reference: string;
  orderId: string | null;
  intentId: string | null;
  currency: Currency;
  at: number;
  entries: Entry[];
};

/** A merchant's part of a payment, or of what is given back of it. Minor units. */
export type Part = {
  merchantId: string;
  /** Goods, shipping and tax: what the buyer paid, or gets back. */
  total: number;
  /** What the platform earned of it, or gives back. */
  commission: number;
};

type About = Omit<Posting, "kind" | "reference" | "entries">;

const entry = (account: Account, amount: number, merchantId: string | null = null): Entry => {
  return { account, merchantId, amount: exact(amount) };
};
const written = (entries: Entry[]) => entries.filter(({ amount }) => amount !== 0);

/** Owed to each merchant and earned by the platform (1), or both taken back (-1). */
const shared = (parts: readonly Part[], sign: 1 | -1): Entry[] =>
  parts.flatMap(({ merchantId, total, commission }) => [
    entry("merchant_payable", -sign * (total - commission), merchantId),
    entry("commission", -sign * commission, merchantId),
  ]);

const totalOf = (parts: readonly Part[]) => sumAmounts(parts.map(({ total }) => total));

/** The buyer has paid: the merchants are owed their parts less the commission. */
export const sale = (about: About & { orderId: string }, parts: readonly Part[]): Posting => ({
  ...about,
  kind: "sale",
  reference: `sale:${about.orderId}`,
  entries: written([entry("clearing", totalOf(parts)), ...shared(parts, 1)]),
});

/** What the provider keeps for its work. */
export const fee = (about: About, reference: string, amount: number): Posting => ({
  ...about,
  kind: "fee",
  reference,
  entries: written([entry("fees", amount), entry("clearing", -amount)]),
});

/** A refund is decided: the buyer is owed what the merchants are no longer. `key` is the provider's. */
export const refund = (about: About, key: string, parts: readonly Part[]): Posting => ({
  ...about,
  kind: "refund",
  reference: `refund:${key}`,
  entries: written([...shared(parts, -1), entry("refunds", -totalOf(parts))]),
});

/** The provider has paid the refund out. */
export const refundPaid = (about: About, key: string, amount: number): Posting => ({
  ...about,
  kind: "refund_paid",
  reference: `refund_paid:${key}`,
  entries: written([entry("refunds", amount), entry("clearing", -amount)]),
});

/** A bank took the parts back on behalf of the buyer, or gave them back. */
export function dispute(
  about: About,
  reference: string,
  parts: readonly Part[],
  way: "taken" | "given back",
): Posting {
  const sign = way === "taken" ? -1 : 1;
  const entries = [entry("clearing", sign * totalOf(parts)), ...shared(parts, sign)];
  return { ...about, kind: "dispute", reference, entries: written(entries) };
}

/** Splits an amount by what each merchant has left of a payment, and the commission with it. */
export function divide(amount: number, left: readonly Part[]): Part[] {
  const totals = allocate(
    amount,
    left.map(({ total }) => total),
  );
  return left.map(({ merchantId, ...whole }, i) => {
    const total = totals[i] ?? 0;
    return { merchantId, total, commission: commissionOf(total, whole) };
  });
}

/** The commission in a part of what is left; with the last part goes all that is left of it. */
export const commissionOf = (part: number, left: { total: number; commission: number }): number =>
  left.total <= 0 ? 0 : scale(left.commission, part, left.total);
