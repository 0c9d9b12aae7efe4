import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { addProduct, euros, lamp, newSku, shop } from "./testing";

test("a member of another merchant changes nothing, and cannot tell a product of others from none", async () => {
  const [ada, eve] = [await shop(), await shop()];
  const { id } = await addProduct(ada);
  const draft = await addProduct(ada, { status: "draft" });
  const nowhere = "018bcfe5-6800-7000-8000-000000000000";
  for (const target of [id, draft.id, nowhere]) {
    const answers = await Promise.all([
      eve.api.patch(`/products/${target}`, { title: "Mine" }),
      eve.api.put(`/products/${target}`, lamp()),
      eve.api.delete(`/products/${target}`),
      eve.api.patch(`/products/${target}`, { title: "Mine" }, { "if-match": '"1"' }),
    ]);
    for (const { status, body } of answers)
      expect([status, body.code]).toEqual([404, "product_not_found"]);
  }
  const there = await eve.api.post("/products", lamp({ merchantId: ada.merchantId }));
  expect([there.status, there.body.code]).toEqual([404, "merchant_not_found"]);
  expect((await ada.api.get(`/products/${id}`)).data).toMatchObject({ version: 1 });
});

test("staff may not change the catalogue, a manager may, and neither may who is signed out", async () => {
  const [ada, bob, eve] = [await shop(), await person(), await person()];
  const { id } = await addProduct(ada);
  const asStaff = { userId: bob.id, role: "staff" };
  await data(204, ada.api.post(`/merchants/${ada.merchantId}/members`, asStaff));
  const change = () => bob.api.patch(`/products/${id}`, { title: "Bob's lamp" });
  expect((await change()).body.code).toBe("merchant_role_required");
  const asManager = { userId: bob.id, role: "manager" };
  await data(204, ada.api.post(`/merchants/${ada.merchantId}/members`, asManager));
  expect((await change()).data.title).toBe("Bob's lamp");
  expect((await api().post("/products", lamp())).status).toBe(401);
  expect((await eve.api.post("/products", lamp())).body.code).toBe("merchant_required");
});

test("the merchant of a product never changes", async () => {
  const [ada, eve] = [await shop(), await shop()];
  const { id } = await addProduct(ada);
  const change = { title: "Lamp", merchantId: eve.merchantId, sold: 99, ratingSum: 5, version: 7 };
  const after = await data(200, ada.api.patch(`/products/${id}`, change));
  expect(after).toMatchObject({ merchantId: ada.merchantId, version: 2, rating: { count: 0 } });
});

test("a SKU is unique in a merchant and nowhere else, also when twenty ask for it at once", async () => {
  const [ada, bob] = [await shop(), await shop()];
  const body = lamp({ variants: [{ sku: newSku(), prices: [euros(100)] }] });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ada.api.post("/products", body)),
  );
  const codes = answers.map(({ status, body }) => body.code ?? status);
  expect(codes.filter((code) => code === 201)).toHaveLength(1);
  expect(codes.filter((code) => code === "sku_taken")).toHaveLength(19);
  await data(201, bob.api.post("/products", body));
  const other = await addProduct(ada);
  const taken = await ada.api.patch(`/products/${other.id}`, { variants: body.variants });
  expect([taken.status, taken.body.code]).toEqual([409, "sku_taken"]);
  expect((await ada.api.get(`/products/${other.id}`)).data).toEqual(other);
});

test("of twenty identical changes with If-Match exactly one is made", async () => {
  const ada = await shop();
  const { id } = await addProduct(ada);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      ada.api.patch(`/products/${id}`, { title: `Lamp ${n}` }, { "if-match": '"1"' }),
    ),
  );
  const codes = answers.map(({ status, body }) => body.code ?? status);
  expect(codes.filter((code) => code === 200)).toHaveLength(1);
  expect(codes.filter((code) => code === "version_mismatch")).toHaveLength(19);
  expect((await ada.api.get(`/products/${id}`)).data.version).toBe(2);
});

test("the products of a paused merchant are not shown, and come back when it goes on", async () => {
  const ada = await shop();
  const { id } = await addProduct(ada);
  const list = `/products?merchantId=${ada.merchantId}`;
  const shown = async () => {
    const [one, many] = [await api().get(`/products/${id}`), await api().get(list)];
    return [one.status, many.data.length];
  };
  const shelves = async () => {
    const query = "SELECT count(*) AS n FROM listings WHERE product_id = ? AND shelf = 'all'";
    return (await env.DB.prepare(query).bind(id).first<{ n: number }>())?.n;
  };
  expect(await shown()).toEqual([200, 1]);
  await data(200, ada.api.patch(`/merchants/${ada.merchantId}`, { paused: true }));
  expect(await shown()).toEqual([404, 0]);
  await vi.waitUntil(async () => (await shelves()) === 0, 10_000);
  await data(200, ada.api.patch(`/merchants/${ada.merchantId}`, { paused: false }));
  await vi.waitUntil(async () => (await shelves()) === 2, 10_000);
  expect(await shown()).toEqual([200, 1]);
});

test("values that make no sense are refused before anything is written", async () => {
  const ada = await shop();
  const variant = (more: object) => [{ sku: newSku(), prices: [euros(100)], ...more }];
  const wrong: object[] = [
    { title: "" },
    { title: "a\u0000b" },
    { variants: [] },
    { variants: variant({ sku: "=1+1" }) },
    { variants: variant({ prices: [] }) },
    { variants: variant({ prices: [euros(0)] }) },
    { variants: variant({ prices: [euros(-1)] }) },
    { variants: variant({ prices: [euros(1.5)] }) },
    { variants: variant({ prices: [euros(1e15)] }) },
    { variants: variant({ prices: [{ amount: 100, currency: "EURO" }] }) },
    { variants: variant({ prices: [euros(100), euros(200)] }) },
    { variants: variant({ stock: -1 }) },
    { variants: variant({ stock: 0.5 }) },
    { variants: variant({ weightGrams: -1 }) },
    { variants: variant({ oversell: "always" }) },
    { variants: [...variant({ sku: "A" }), ...variant({ sku: "A" })] },
    { tags: ["<script>"] },
    { status: "sold" },
  ];
  for (const more of wrong) {
    const { status, body } = await ada.api.post("/products", lamp(more));
    expect([status, body.code], JSON.stringify(more)).toEqual([422, "invalid_request"]);
  }
  const unknown = await ada.api.post("/products", lamp({ category: "nowhere" }));
  expect(unknown.body.code).toBe("unknown_category");
  const { body } = await ada.api.get(`/products?merchantId=${ada.merchantId}`);
  expect(body.data).toEqual([]);
});
