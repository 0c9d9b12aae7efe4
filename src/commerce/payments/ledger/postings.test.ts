import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sumAmounts } from "../../../lib/amounts";
import {
  dispute,
  divide,
  fee,
  type Part,
  type Posting,
  refund,
  refundPaid,
  sale,
} from "./postings";

const about = { orderId: "o", intentId: "pi", currency: "EUR" as const, at: 1 };
const sum = ({ entries }: Posting) => sumAmounts(entries.map(({ amount }) => amount));
const of = ({ entries }: Posting, account: string) =>
  sumAmounts(entries.filter((one) => one.account === account).map(({ amount }) => amount));

const part = fc
  .record({
    total: fc.integer({ min: 1, max: 1_000_000 }),
    rate: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ total, rate }) => ({ total, commission: Math.floor((total * rate) / 10_000) }));
const parts = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map((all) => all.map((one, i): Part => ({ merchantId: `m${i}`, ...one })));

test("whatever is posted sums to zero, and nothing is posted as zero", () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 0, max: 10_000 }), (all, cost) => {
      const postings = [
        sale(about, all),
        fee(about, "fee:pi", cost),
        refund(about, "key", all),
        refundPaid(about, "key", cost),
        dispute(about, "dispute:1", all, "taken"),
        dispute(about, "dispute:2", all, "given back"),
      ];
      for (const one of postings) {
        expect(sum(one)).toBe(0);
        expect(one.entries.every(({ amount }) => amount !== 0)).toBe(true);
      }
    }),
  );
});

test("refunds in any number of parts give back exactly what the sale brought", () => {
  fc.assert(
    fc.property(
      parts,
      fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 6 }),
      (all, cuts) => {
        let left = all;
        const given: Posting[] = [];
        const take = (amount: number) => {
          const divided = divide(amount, left);
          expect(sumAmounts(divided.map(({ total }) => total))).toBe(amount);
          given.push(refund(about, `${given.length}`, divided));
          left = left.map((one, i) => ({
            ...one,
            total: one.total - divided[i]!.total,
            commission: one.commission - divided[i]!.commission,
          }));
          for (const one of left)
            expect(Math.min(one.total, one.commission)).toBeGreaterThanOrEqual(0);
        };
        for (const cut of cuts) {
          const rest = sumAmounts(left.map(({ total }) => total));
          if (cut < rest) take(cut);
        }
        take(sumAmounts(left.map(({ total }) => total)));
        const sold = sale(about, all);
        for (const account of ["merchant_payable", "commission"])
          expect(of(sold, account) + sumAmounts(given.map((one) => of(one, account)))).toBe(0);
        expect(sumAmounts(given.map((one) => of(one, "refunds")))).toBe(-of(sold, "clearing"));
      },
    ),
  );
});

describe("a sale", () => {
  test("owes each merchant its part less the commission", () => {
    const posting = sale(about, [
      { merchantId: "a", total: 10_000, commission: 1_000 },
      { merchantId: "b", total: 500, commission: 0 },
    ]);
    expect(posting).toMatchObject({ kind: "sale", reference: "sale:o" });
    expect(posting.entries).toEqual([
      { account: "clearing", merchantId: null, amount: 10_500 },
      { account: "merchant_payable", merchantId: "a", amount: -9_000 },
      { account: "commission", merchantId: "a", amount: -1_000 },
      { account: "merchant_payable", merchantId: "b", amount: -500 },
    ]);
  });

  test("of what was free is nothing to write down", () => {
    expect(sale(about, [{ merchantId: "a", total: 0, commission: 0 }]).entries).toEqual([]);
  });
});
