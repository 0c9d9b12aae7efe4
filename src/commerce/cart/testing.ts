import { data, type Json } from "../../testing/api";
import { addProduct, euros, newSku, type Shop } from "../catalog/testing";

/** A product of one variant, that must be accepted; its SKU, ids and what its manager may do. */
export async function goods(owner: Shop, amount = 1_000, more: object = {}, product = {}) {
  const sku = newSku();
  const one = { sku, prices: [euros(amount)], stock: 50, ...more };
  const { id, variants } = await addProduct(owner, { ...product, variants: [one] });
  const change = (change: object) =>
    data(200, owner.api.patch(`/products/${id}`, { variants: [{ ...one, ...change }] }));
  return { id, sku, variantId: variants[0].id as string, change };
}

export const quantities = (cart: Json): Record<string, number> =>
  Object.fromEntries(cart.lines.map((line: Json) => [line.sku, line.quantity]));
