import { z } from "zod";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { readShippingRates, readTaxRates, replaceShippingRates, replaceTaxRates } from "./rates";
import { NewShippingRate, NewTaxRate, ShippingRate, TaxRate } from "./schema";

export const rates = router("Tax and shipping");

const Id = z.object({ id: z.uuid() });
const table = <T extends z.ZodType>(rate: T) =>
  z.object({ merchantId: z.uuid(), rates: z.array(rate) });
const replacement = <T extends z.ZodType>(rate: T) => z.object({ rates: z.array(rate).max(500) });
const unknown = ["merchant_not_found"] as const;
const notKept = ["merchant_not_found", "merchant_role_required", "duplicate_rate"] as const;

rates.get(
  "/{id}/tax-rates",
  "Read the tax table of a merchant",
  { auth: user, params: Id, returns: { 200: table(TaxRate) }, throws: unknown },
  ({ ctx, params }) => readTaxRates(ctx, params.id),
);

rates.put(
  "/{id}/tax-rates",
  "Replace the tax table of a merchant",
  {
    auth: user,
    params: Id,
    body: replacement(NewTaxRate),
    returns: { 200: table(TaxRate) },
    throws: notKept,
  },
  ({ ctx, params, body }) => replaceTaxRates(ctx, params.id, body.rates),
);

rates.get(
  "/{id}/shipping-rates",
  "Read the shipping table of a merchant",
  { auth: user, params: Id, returns: { 200: table(ShippingRate) }, throws: unknown },
  ({ ctx, params }) => readShippingRates(ctx, params.id),
);

rates.put(
  "/{id}/shipping-rates",
  "Replace the shipping table of a merchant",
  {
    auth: user,
    params: Id,
    body: replacement(NewShippingRate),
    returns: { 200: table(ShippingRate) },
    throws: notKept,
  },
  ({ ctx, params, body }) => replaceShippingRates(ctx, params.id, body.rates),
);
