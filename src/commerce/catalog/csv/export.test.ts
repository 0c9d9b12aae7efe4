import { expect, test, vi } from "vitest";
import { data, type Json } from "../../../testing/api";
import { addProduct, dollars, euros, shop } from "../testing";

test("an export can be imported again, by the same merchant without a change, by another as its own", async () => {
  const [ada, bob] = [await shop(), await shop()];
  const made = await addProduct(ada, {
    title: "=HYPERLINK(1)",
    description: 'Line one\n"quoted", and more',
    tags: ["a b", "c"],
    featured: true,
    variants: [
      {
        sku: "X-1",
        options: { size: "L", colour: "red" },
        prices: [euros(1999), dollars(2100)],
        stock: 4,
      },
      { sku: "X-2", title: "Other", prices: [euros(100)], oversell: "untracked", weightGrams: 250 },
    ],
  });
  await addProduct(ada, { status: "draft", title: "'quoted'" });
  const exported = await ada.api.get(`/products/export?merchantId=${ada.merchantId}`);
  expect(exported.status).toBe(200);
  expect(exported.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const csv = exported.body as string;
  expect(csv).toContain("'=HYPERLINK(1)");
  expect(csv).not.toMatch(/(^|,)"?[=@]/m);

  const take = async (who: typeof ada) => {
    const path = `/products/import?merchantId=${who.merchantId}`;
    const { id } = await data(202, who.api.post(path, csv, { "content-type": "text/csv" }));
    return vi.waitUntil(async () => {
      const job = await data(200, who.api.get(`/products/imports/${id}`));
      return job.status === "succeeded" && job;
    }, 10_000);
  };
  expect(await take(ada)).toMatchObject({ created: 0, updated: 2, failed: 0 });
  const after = await data(200, ada.api.get(`/products/${made.id}`));
  expect({ ...after, version: 1, updatedAt: made.updatedAt }).toEqual(made);

  expect(await take(bob)).toMatchObject({ created: 2, updated: 0, failed: 0 });
  const { body } = await bob.api.get(`/products?merchantId=${bob.merchantId}`);
  const copy = await data(200, bob.api.get(`/products/${body.data[0].id}`));
  const bare = (product: Json) => ({
    ...product,
    ...{ id: 0, merchantId: 0, version: 0, createdAt: 0, updatedAt: 0 },
    variants: product.variants.map((variant: Json) => ({ ...variant, id: 0 })),
  });
  expect(bare(copy)).toEqual(bare(made));
});
