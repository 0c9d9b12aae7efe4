import { z } from "zod";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { Stock, StockChange } from "./schema";
import { changeStock, readStock } from "./variantStock";

export const stock = router("Stock");

const Id = z.object({ id: z.uuid() });

stock.get(
  "/{id}/stock",
  "Read the stock of a variant and its movements",
  {
    auth: user,
    params: Id,
    query: z.object({ before: z.coerce.number().int().min(1).optional() }),
    returns: { 200: Stock },
    throws: ["variant_not_found"],
  },
  ({ ctx, params, query }) => readStock(ctx, params.id, query.before),
);

stock.post(
  "/{id}/stock",
  "Book a delivery or a correction",
  {
    auth: user,
    params: Id,
    body: StockChange,
    returns: { 200: Stock },
    throws: ["variant_not_found", "stock_below_held"],
  },
  ({ ctx, params, body }) => changeStock(ctx, params.id, body),
);
