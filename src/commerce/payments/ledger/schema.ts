import { z } from "zod";
import { PageQuery } from "../../../http/page";
import { day } from "../../../lib/time";
import { Currency } from "../../schema";
import { kinds } from "./accounts";

export const StatementOf = z.object({ id: z.uuid() });

const period = {
  from: z.iso.date().meta({ description: "The first day, in UTC" }),
  to: z.iso.date().meta({ description: "The last day, in UTC; at most a year after the first" }),
};
type Period = { from: string; to: string };
const isOrdered = ({ from, to }: Period) => from <= to;
const isShort = ({ from, to }: Period) => Date.parse(to) - Date.parse(from) < 366 * day;
const backwards = { path: ["to"], message: "is before from" };
const long = { path: ["to"], message: "is more than a year after from" };

export const StatementPeriod = z.object(period).refine(isOrdered, backwards).refine(isShort, long);
export type StatementPeriod = z.output<typeof StatementPeriod>;

export const StatementQuery = PageQuery.extend(period)
  .refine(isOrdered, backwards)
  .refine(isShort, long);
export type StatementQuery = z.output<typeof StatementQuery>;

const sum = (description: string) => z.int().meta({ description });

export const StatementLine = z.object({
  transactionId: z.uuid(),
  at: z.iso.datetime(),
  kind: z.enum(kinds),
  orderId: z.string().nullable(),
  currency: Currency,
  total: sum("Paid by the buyer, or given back (negative)"),
  commission: sum("Kept by the platform, or given back (negative)"),
  net: sum("Owed to the merchant: total less commission"),
});
export type StatementLine = z.output<typeof StatementLine>;

export const Statement = z
  .object({
    merchantId: z.uuid(),
    from: z.iso.date(),
    to: z.iso.date(),
    balances: z.array(
      z.object({
        currency: Currency,
        opening: sum("Owed to the merchant as the first day begins"),
        sales: sum("Paid by buyers"),
        refunds: sum("Given back to buyers (negative)"),
        disputes: sum("Taken by banks (negative)"),
        commission: sum("Kept by the platform, which lowers what is owed"),
        closing: sum(
          "Owed as the last day ends: opening + sales + refunds + disputes − commission",
        ),
      }),
    ),
    lines: z.array(StatementLine),
    nextCursor: z.string().nullable().meta({ description: "Of the next lines" }),
  })
  .meta({ id: "Statement", description: "What the platform owes a merchant, in minor units" });
export type Statement = z.output<typeof Statement>;
