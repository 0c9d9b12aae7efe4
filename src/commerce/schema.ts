import { z } from "zod";
import { countries } from "../lib/countries";
import { currencies } from "../lib/currencies";
import { chargeStep, isChargeable } from "../lib/stripeUnits";

export const Currency = z
  .enum(currencies)
  .meta({ id: "Currency", description: "ISO 4217 code", example: "USD" });
export type Currency = z.infer<typeof Currency>;

export const Country = z
  .enum(countries)
  .meta({ id: "Country", description: "ISO 3166-1 alpha-2 code", example: "DE" });
export type Country = z.infer<typeof Country>;

export const Money = z.object({ amount: z.int(), currency: Currency }).meta({
  id: "Money",
  description: "Minor units: 1999 USD is 19.99",
  example: { amount: 1999, currency: "USD" },
});
export type Money = z.infer<typeof Money>;

/** A trillion minor units: times any cart and any rate it stays an exact integer. */
const largest = 999_999_999_999;

const payable = (least: number) =>
  Money.extend({ amount: z.int().min(least).max(largest) })
    .refine(({ currency }) => isChargeable(currency), {
      path: ["currency"],
      message: "No payment is possible in this currency",
    })
    .refine(({ amount, currency }) => amount % chargeStep(currency) === 0, {
      path: ["amount"],
      message: "Payments in this currency have fewer digits",
    });

/** What a thing for sale costs: at least one unit that a card can pay. */
export const Price = payable(1).meta({ id: "Price" });
export type Price = z.infer<typeof Price>;

/** Zero or more that a card can pay: a shipping cost, a discount, a threshold. */
export const Amount = payable(0).meta({ id: "Amount" });
export type Amount = z.infer<typeof Amount>;

export const BasisPoints = z
  .int()
  .min(0)
  .max(10_000)
  .meta({ id: "BasisPoints", description: "Hundredths of a percent: 1900 is 19 %", example: 1900 });

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}+$/u, "Control characters are not allowed");

export const Address = z
  .object({
    name: line(120),
    line1: line(200),
    line2: line(200).optional(),
    city: line(120),
    region: line(120).optional(),
    postalCode: line(20).optional(),
    country: Country,
    phone: line(32).optional(),
  })
  .meta({ id: "Address" });
export type Address = z.infer<typeof Address>;
