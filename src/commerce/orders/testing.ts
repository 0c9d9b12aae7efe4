import { newId } from "../../lib/id";
import { type Api, api, data, type Json, newAddress } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { addProduct, euros, newSku, shop } from "../catalog/testing";

export const home = { name: "Ada", line1: "Street 1", city: "Berlin", country: "DE" };

export const key = (value = newId()) => ({ "idempotency-key": value });

/** A shop with one variant, and how many of it there are. */
export async function shopWith(stock: number, price = 4900) {
  const owner = await shop();
  const variant = { sku: newSku(), prices: [euros(price)], stock };
  const product = await addProduct(owner, { variants: [variant] });
  return { owner, variantId: product.variants[0].id as string, productId: product.id as string };
}

export async function buyer(variantId: string, quantity = 1): Promise<Person> {
  const who = await person();
  await fill(who, variantId, quantity);
  return who;
}

/** A guest, who has no password to hash: for crowds. */
export async function guest(variantId: string, quantity = 1): Promise<{ api: Api }> {
  const ip = newAddress();
  const { accessToken } = await data(201, api({ ip }).post("/auth/guest", {}));
  const who = { api: api({ token: accessToken, ip }) };
  await fill(who, variantId, quantity);
  return who;
}

type Buyer = { api: Api };

export const fill = (who: Buyer, variantId: string, quantity = 1) =>
  data(200, who.api.post("/cart/items", { variantId, quantity }));

export const order = (who: Buyer, more: object = {}, headers = key()) =>
  who.api.post("/orders", { shippingAddress: home, ...more }, headers);

export const pay = (who: Buyer, orderId: string, paymentMethod = "pm_card_visa") =>
  who.api.post("/payments/confirm", { orderId, paymentMethod });

/** An order that is paid. */
export async function paidOrder(who: Buyer): Promise<Json> {
  const placed = await data(201, order(who));
  return (await data(200, pay(who, placed.order.id))).order;
}
