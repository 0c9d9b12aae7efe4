import { beforeAll, expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { recordStatements } from "../../testing/statements";
import { addProduct, dollars, euros, figures, newSku, type Shop, shop } from "./testing";

let ada: Shop;
let bob: Shop;
const { get } = api();

beforeAll(async () => {
  [ada, bob] = [await shop(), await shop({ currency: "USD" })];
  const admin = await person({ role: "admin" });
  const add = (body: object) => data(201, admin.api.post("/categories", body));
  await add({ name: "Home", slug: "home" });
  await add({ name: "Lamps", slug: "lamps", parent: "home" });
  await add({ name: "Garden", slug: "garden" });
  for (let n = 1; n <= 12; n++)
    await addProduct(n % 4 === 0 ? bob : ada, {
      title: `Product ${n}`,
      tags: n % 2 === 0 ? ["even"] : ["odd"],
      featured: n % 6 === 0,
      category: n % 3 === 0 ? "garden" : n % 3 === 1 ? "home" : "lamps",
      variants: [
        {
          sku: newSku(),
          stock: n % 5 === 0 ? 0 : n,
          prices: [euros(((n * 7) % 12) * 100 + 100), ...(n % 4 === 0 ? [dollars(n)] : [])],
        },
      ],
    });
  await addProduct(ada, { title: "Draft", status: "draft" });
});

const numbers = (products: Json) =>
  products.map(({ title }: { title: string }) => Number(title.split(" ")[1]));

async function walk(query: string, size = 5): Promise<number[]> {
  const found: number[] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await get(`/products?limit=${size}&${query}${cursor}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    found.push(...numbers(body.data));
    if (!body.page.nextCursor) return found;
    cursor = `&cursor=${encodeURIComponent(body.page.nextCursor)}`;
  }
}

const all = Array.from({ length: 12 }, (_, i) => i + 1);
const newest = (keep: (n: number) => boolean) => all.filter(keep).toReversed();
const priceOf = (n: number) => ((n * 7) % 12) * 100 + 100;

test("pages follow each other without gap or repetition, in every order", async () => {
  expect(await walk("")).toEqual(newest(() => true));
  const byPrice = all.toSorted((a, b) => priceOf(a) - priceOf(b));
  expect(await walk("currency=EUR&sort=price")).toEqual(byPrice);
  expect(await walk("currency=EUR&sort=-price")).toEqual(byPrice.toReversed());
  expect(await walk("sort=popular")).toHaveLength(12);
});

test("each filter keeps what it names", async () => {
  expect(await walk("tag=even")).toEqual(newest((n) => n % 2 === 0));
  expect(await walk("category=garden")).toEqual(newest((n) => n % 3 === 0));
  expect(await walk(`merchantId=${bob.merchantId}`)).toEqual(newest((n) => n % 4 === 0));
  expect(await walk("featured=true")).toEqual([12, 6]);
  expect(await walk("featured=false")).toEqual(newest((n) => n % 6 !== 0));
  expect(await walk("inStock=false")).toEqual([10, 5]);
  expect(await walk("currency=USD")).toEqual([12, 8, 4]);
  expect(await walk("currency=EUR&minPrice=300&maxPrice=500")).toEqual(
    newest((n) => priceOf(n) >= 300 && priceOf(n) <= 500),
  );
});

test("a category holds what its subcategories hold, by slug and by id", async () => {
  const tree = (await get("/categories")).data;
  const { id } = tree.find(({ slug }: { slug: string }) => slug === "home");
  const inHome = newest((n) => n % 3 !== 0);
  expect(await walk("category=home")).toEqual(inHome);
  expect(await walk(`category=${id}`)).toEqual(inHome);
  expect(await walk("category=lamps")).toEqual(newest((n) => n % 3 === 2));
  expect(await walk("category=nowhere")).toEqual([]);
});

test("filters combine, in any order", async () => {
  const query = `tag=even&category=home&merchantId=${ada.merchantId}&currency=EUR&sort=price&inStock=true`;
  const wanted = all.filter((n) => n % 2 === 0 && n % 3 !== 0 && n % 4 !== 0 && n % 5 !== 0);
  expect(await walk(query)).toEqual(wanted.toSorted((a, b) => priceOf(a) - priceOf(b)));
  expect(await walk(`featured=true&merchantId=${bob.merchantId}`)).toEqual([12]);
  expect(await walk("featured=true&tag=even&category=garden")).toEqual([12, 6]);
});

test("without a currency each product is shown in its merchant's", async () => {
  const { body } = await get(`/products?merchantId=${bob.merchantId}`);
  expect(body.data.map((one: Json) => one.price)).toEqual([dollars(12), dollars(8), dollars(4)]);
  const inEuros = await get(`/products?merchantId=${bob.merchantId}&currency=EUR`);
  expect(inEuros.data[0].price).toEqual(euros(100));
});

test("featured products have an address of their own", async () => {
  const { status, data: found } = await get("/products/featured");
  expect([status, numbers(found)]).toEqual([200, [12, 6]]);
});

test("drafts are listed for members of the merchant and for nobody else", async () => {
  const path = `/products?status=draft&merchantId=${ada.merchantId}`;
  expect((await ada.api.get(path)).data.map((one: Json) => one.title)).toEqual(["Draft"]);
  expect((await bob.api.get(path)).body.code).toBe("merchant_not_found");
  expect((await get(path)).status).toBe(401);
  expect((await ada.api.get("/products?status=draft")).body.code).toBe("merchant_required");
  expect((await ada.api.get(`${path}&tag=lamp&sort=price`)).data).toHaveLength(1);
  expect((await ada.api.get(`${path}&category=home`)).data).toHaveLength(0);
});

test("a list costs one round trip at first and none after, and a change is seen at once", async () => {
  const first = await get("/products?limit=3");
  expect(figures(first)).toMatchObject({ trips: 1 });
  const again = await get("/products?limit=3");
  expect([again.headers.get("x-cache"), figures(again).trips]).toEqual(["HIT", 0]);
  const { id } = await addProduct(ada, { title: "Product 13" });
  expect(numbers((await get("/products?limit=3")).data)).toEqual([13, 12, 11]);
  await data(204, ada.api.delete(`/products/${id}`));
  expect(numbers((await get("/products?limit=3")).data)).toEqual([12, 11, 10]);
});

test("a page reads a few rows for each product it shows, on every shelf and in every order", async () => {
  const recorded = recordStatements();
  for (const on of ["", "tag=odd", "category=home", `merchantId=${ada.merchantId}`])
    for (const sort of ["newest", "price", "-price", "popular"])
      for (const currency of ["", "&currency=EUR"])
        await get(`/products?limit=2&sort=${sort}&${on}${currency}`);
  const pages = [...recorded.values()].filter(({ sql }) => sql.includes('from "listings"'));
  expect(pages.length).toBeGreaterThanOrEqual(8);
  for (const { sql, params, database } of pages) {
    const { meta } = await database
      .prepare(sql)
      .bind(...params)
      .all();
    expect(meta.rows_read, sql).toBeLessThanOrEqual(24);
  }
  vi.restoreAllMocks();
});

test("a cursor of another list is refused, and so are values that make no sense", async () => {
  const { body } = await get("/products?limit=2");
  const cursor = encodeURIComponent(body.page.nextCursor);
  expect((await get(`/products?sort=price&cursor=${cursor}`)).body.code).toBe("invalid_cursor");
  for (const query of ["currency=EURO", "minPrice=-1", "minPrice=1.5", "limit=1000", "sort=best"])
    expect((await get(`/products?${query}`)).status, query).toBe(422);
});
