import { beforeAll, expect, test, vi } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { addProduct, dollars, euros, figures, lamp, newSku, type Shop, shop } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

test("a product is shown to all the world with variants, prices and what is left", async () => {
  const sku = newSku();
  const made = await addProduct(ada, {
    variants: [
      { sku, options: { colour: "red" }, prices: [euros(4900), dollars(5400)], stock: 3 },
      { sku: newSku(), prices: [euros(5900)] },
    ],
  });
  const nobody = api();
  const answer = await nobody.get(`/products/${made.id}`);
  expect(answer.data).toEqual(made);
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(made).toMatchObject({
    merchantId: ada.merchantId,
    merchantName: "Lamps & More",
    status: "active",
    inStock: true,
    category: null,
    rating: { average: null, count: 0 },
    version: 1,
  });
  expect(made.variants[0]).toMatchObject({
    sku,
    options: { colour: "red" },
    available: 3,
    inStock: true,
    prices: [
      { amount: 4900, currency: "EUR", lowestBefore: null },
      { amount: 5400, currency: "USD", lowestBefore: null },
    ],
  });
  expect(made.variants[1]).toMatchObject({ available: 0, inStock: false, oversell: "deny" });
});

test("reading a product costs one round trip at first and none after", async () => {
  const { id } = await addProduct(ada);
  const { api: reader } = await person();
  expect(figures(await reader.get(`/products/${id}`)).trips).toBe(1);
  const again = await reader.get(`/products/${id}`);
  expect([again.headers.get("x-cache"), figures(again).trips]).toEqual(["HIT", 0]);
});

test("a change is seen at once, by whoever made it and by others of the same isolate", async () => {
  const { id } = await addProduct(ada);
  const { api: reader } = await person();
  await reader.get(`/products/${id}`);
  const { headers } = await ada.api.patch(`/products/${id}`, { title: "Floor lamp" });
  const bookmark = { "x-d1-bookmark": headers.get("x-d1-bookmark") };
  expect((await reader.get(`/products/${id}`, bookmark)).data.title).toBe("Floor lamp");
  expect((await reader.get(`/products/${id}`)).data.title).toBe("Floor lamp");
});

test("drafts and archived products are shown to members only", async () => {
  const { id } = await addProduct(ada, { status: "draft" });
  const eve = await shop();
  expect((await eve.api.get(`/products/${id}`)).body.code).toBe("product_not_found");
  expect((await ada.api.get(`/products/${id}`)).data.status).toBe("draft");
  await data(200, ada.api.patch(`/products/${id}`, { status: "active" }));
  expect((await eve.api.get(`/products/${id}`)).data.status).toBe("active");
  await data(204, ada.api.delete(`/products/${id}`));
  expect((await eve.api.get(`/products/${id}`)).status).toBe(404);
  expect((await ada.api.get(`/products/${id}`)).data.status).toBe("archived");
});

test("variants that are left out are archived, and a SKU that comes back is the same variant", async () => {
  const [red, blue] = [newSku(), newSku()];
  const one = { sku: red, prices: [euros(100), dollars(110)], stock: 4 };
  const { id, variants } = await addProduct(ada, { variants: [one] });
  const without = await data(
    200,
    ada.api.patch(`/products/${id}`, { variants: [{ sku: blue, prices: [euros(200)] }] }),
  );
  expect(without.variants.map(({ sku }: { sku: string }) => sku)).toEqual([blue]);
  const back = { ...one, title: "Red", prices: [euros(100)], stock: 999 };
  const again = await data(200, ada.api.put(`/products/${id}`, lamp({ variants: [back] })));
  expect(again.variants).toMatchObject([
    { id: variants[0].id, title: "Red", available: 4, prices: [{ currency: "EUR" }] },
  ]);
  expect(again.variants[0].prices).toHaveLength(1);
});

test("a reduction tells the lowest price of the thirty days before it", async () => {
  const sku = newSku();
  const { id } = await addProduct(ada, { variants: [{ sku, prices: [euros(1000)] }] });
  const setPrice = async (amount: number) => {
    const change = { variants: [{ sku, prices: [euros(amount)] }] };
    const product = await data(200, ada.api.patch(`/products/${id}`, change));
    return product.variants[0].prices[0].lowestBefore;
  };
  expect(await setPrice(800)).toBe(1000);
  expect(await setPrice(1500)).toBe(null);
  expect(await setPrice(1200)).toBe(800);
  expect(await setPrice(1200)).toBe(800);
});

test("what is left is shown as it changes, and so is that nothing is", async () => {
  const { id, variants } = await addProduct(ada);
  const [{ id: variantId }] = variants;
  const shown = async () => {
    const { data: product } = await api().get(`/products/${id}`);
    const { data: cards } = await api().get(`/products?merchantId=${ada.merchantId}&limit=1`);
    return [product.variants[0].available, product.inStock, cards[0].inStock];
  };
  expect(await shown()).toEqual([5, true, true]);
  const book = (delta: number) =>
    data(200, ada.api.post(`/variants/${variantId}/stock`, { delta, reason: "count" }));
  await book(-2);
  await vi.waitFor(async () => expect(await shown()).toEqual([3, true, true]), 8_000);
  await book(-3);
  await vi.waitFor(async () => expect(await shown()).toEqual([0, false, false]), 8_000);
  await book(9);
  await vi.waitFor(async () => expect(await shown()).toEqual([9, true, true]), 8_000);
});
