import { type Answer, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";

export const euros = (amount: number) => ({ amount, currency: "EUR" });
export const dollars = (amount: number) => ({ amount, currency: "USD" });

export type Shop = Person & { merchantId: string };

/** A person with a merchant of their own. */
export async function shop(wish: { name?: string; currency?: string } = {}): Promise<Shop> {
  const owner = await person();
  const merchant = { name: "Lamps & More", country: "DE", currency: "EUR", ...wish };
  const { id } = await data(201, owner.api.post("/merchants", merchant));
  return { ...owner, merchantId: id };
}

let skus = 0;
export const newSku = () => {
  skus += 1;
  return `SKU-${skus}`;
};

export const lamp = (more: object = {}) => ({
  title: "Desk lamp",
  description: "Bright.",
  status: "active",
  tags: ["lamp"],
  variants: [{ sku: newSku(), prices: [euros(4900)], stock: 5 }],
  ...more,
});

/** Adds a product that must be accepted. */
export const addProduct = (owner: Shop, more: object = {}): Promise<Json> =>
  data(201, owner.api.post("/products", lamp(more)));

/** D1's figures of an answer. */
export function figures({ headers }: Answer): { trips: number; rowsRead: number } {
  const timing = headers.get("server-timing") ?? "";
  const number = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(timing)?.[1]);
  return { trips: number("trips"), rowsRead: number("rowsRead") };
}
