import { router } from "../../http/route";
import { visitor } from "../../identity/guard";
import { dropCode, enterCode } from "./code";
import { showCart } from "./edit";
import { emptyCart } from "./empty";
import { addItem, removeItem, setQuantity } from "./items";
import { Cart, CartQuery, EnteredCode, ItemQuantity, ItemQuery, ItemSku, NewItem } from "./schema";

export const cart = router("Cart");

const ItemPlace = CartQuery.extend(ItemQuery.shape);

cart.get(
  "/",
  "Read one's cart",
  {
    auth: visitor,
    query: CartQuery,
    returns: { 200: Cart },
    description:
      "Current prices, what is left, totals, and each promotion with what it gave or why not. " +
      "What changed since one last looked is told once.",
  },
  ({ ctx, query }) => showCart(ctx, query),
);

cart.post(
  "/items",
  "Put something into the cart",
  {
    auth: visitor,
    query: CartQuery,
    body: NewItem,
    returns: { 200: Cart },
    throws: ["item_not_found", "sku_ambiguous", "cart_full", "version_mismatch"],
    description: "Adds to the quantity that is there, up to 999; different items up to 100.",
  },
  ({ ctx, query, body }) => addItem(ctx, query, body),
);

const notThere = ["line_not_found", "sku_ambiguous", "version_mismatch"] as const;

cart.put(
  "/items/{sku}",
  "Set the quantity of a line",
  {
    auth: visitor,
    params: ItemSku,
    query: ItemPlace,
    body: ItemQuantity,
    returns: { 200: Cart },
    throws: notThere,
  },
  ({ ctx, params, query, body }) => setQuantity(ctx, query, { ...query, ...params }, body.quantity),
);

cart.delete(
  "/items/{sku}",
  "Take a line out of the cart",
  {
    auth: visitor,
    params: ItemSku,
    query: ItemPlace,
    returns: { 200: Cart },
    throws: notThere,
  },
  ({ ctx, params, query }) => removeItem(ctx, query, { ...query, ...params }),
);

cart.delete(
  "/",
  "Empty the cart",
  { auth: visitor, returns: { 204: null }, throws: ["version_mismatch"] },
  ({ ctx }) => emptyCart(ctx),
);

cart.post(
  "/promotion",
  "Enter a promotion code",
  {
    auth: visitor,
    query: CartQuery,
    body: EnteredCode,
    returns: { 200: Cart },
    throws: ["unknown_promotion_code", "version_mismatch"],
    description: "It replaces the code entered before.",
  },
  ({ ctx, query, body }) => enterCode(ctx, query, body.code),
);

cart.delete(
  "/promotion",
  "Take the promotion code out",
  { auth: visitor, query: CartQuery, returns: { 200: Cart }, throws: ["version_mismatch"] },
  ({ ctx, query }) => dropCode(ctx, query),
);
