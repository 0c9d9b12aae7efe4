import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { Context, systemContext } from "../../data/context";
import { Database } from "../../data/database";
import { runSchedule } from "../../jobs/schedule";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { addProduct, euros, newSku, type Shop, shop } from "../catalog/testing";
import { indexProducts } from "./indexing";
import { find, index, titlesOf } from "./testing";

let ada: Shop;
let admin: Person;
beforeAll(async () => {
  [ada, admin] = [await shop(), await person({ role: "admin" })];
});

const add = (title: string, more: object = {}): Promise<Json> =>
  addProduct(ada, { title, tags: [], ...more });
const seen = async (query: string, titles: string[]) =>
  vi.waitFor(async () => expect(titlesOf(await find(query))).toEqual(titles), {
    timeout: 10_000,
    interval: 100,
  });

test("a product is found soon after it is shown, and no more once it is not", async () => {
  const { id } = await add("Zebra rug");
  await seen("q=zebra", ["Zebra rug"]);
  await data(200, ada.api.patch(`/products/${id}`, { title: "Okapi rug" }));
  await seen("q=okapi", ["Okapi rug"]);
  await seen("q=zebra", []);
  await data(204, ada.api.delete(`/products/${id}`));
  await seen("q=okapi", []);
});

test("whoever pauses disappears from the results, and comes back", async () => {
  const eve = await shop();
  await addProduct(eve, { title: "Walrus stool" });
  await seen("q=walrus", ["Walrus stool"]);
  await data(200, eve.api.patch(`/merchants/${eve.merchantId}`, { paused: true }));
  await seen("q=walrus&limit=5", []);
  await data(200, eve.api.patch(`/merchants/${eve.merchantId}`, { paused: false }));
  await seen("q=walrus&limit=6", ["Walrus stool"]);
});

test("an older state never replaces a newer one, whenever it comes", async () => {
  const { id } = await add("Heron desk");
  await index(id);
  const late = systemContext();
  await late.db.all("SELECT 1");
  const old = late.database.bookmark!;
  await data(200, ada.api.patch(`/products/${id}`, { title: "Egret desk" }));
  await index(id);
  const stale = new Database(env.DB, "first-primary");
  vi.spyOn(stale, "bookmark", "get").mockReturnValue(old);
  await env.DB.prepare("UPDATE products SET title = 'Heron desk' WHERE id = ?").bind(id).run();
  await indexProducts(new Context(null, "late", stale), [id]);
  expect(titlesOf(await find("q=egret&limit=7"))).toEqual(["Heron desk"]);
  expect(titlesOf(await find("q=heron&limit=7"))).toEqual([]);
  await env.DB.prepare("UPDATE products SET status = 'archived' WHERE id = ?").bind(id).run();
});

test("what was taken away is not brought back by news that come late", async () => {
  const { id } = await add("Stork bench");
  await index(id);
  const old = systemContext();
  await old.db.all("SELECT 1");
  const before = old.database.bookmark!;
  await data(204, ada.api.delete(`/products/${id}`));
  await index(id);
  const row = () =>
    env.SEARCH.prepare("SELECT listed, title FROM documents WHERE product_id = ?").bind(id).first();
  expect(await row()).toEqual({ listed: 0, title: "" });
  await data(200, ada.api.patch(`/products/${id}`, { status: "active" }));
  await index(id);
  expect(await row()).toEqual({ listed: 1, title: "Stork bench" });
  await data(204, ada.api.delete(`/products/${id}`));
  await index(id);
  const stale = new Database(env.DB, "first-primary");
  vi.spyOn(stale, "bookmark", "get").mockReturnValue(before);
  await env.DB.prepare("UPDATE listings SET shelf = 'all' WHERE product_id = ?").bind(id).run();
  await indexProducts(new Context(null, "late", stale), [id]);
  expect(await row()).toEqual({ listed: 0, title: "" });
  await env.DB.prepare("DELETE FROM listings WHERE product_id = ?").bind(id).run();
});

test("a product that sells out is found as sold out", async () => {
  const { variants } = await add("Puffin shelf", {
    variants: [{ sku: newSku(), prices: [euros(100)], stock: 1 }],
  });
  await seen("q=puffin&inStock=true", ["Puffin shelf"]);
  const path = `/variants/${variants[0].id}/stock`;
  await data(200, ada.api.post(path, { delta: -1, reason: "broken" }));
  await seen("q=puffin&inStock=false", ["Puffin shelf"]);
  await seen("q=puffin&inStock=true&limit=9", []);
});

test("a renamed category is counted by its new name", async () => {
  const category = await data(201, admin.api.post("/categories", { name: "Birds", slug: "birds" }));
  await add("Kiwi hook", { category: "birds" });
  await seen("q=kiwi&category=birds", ["Kiwi hook"]);
  await data(200, admin.api.patch(`/categories/${category.id}`, { name: "Fowl", slug: "fowl" }));
  await seen("q=kiwi&category=fowl", ["Kiwi hook"]);
  const { facets } = await find("q=kiwi&limit=11");
  expect(facets.categories).toMatchObject([{ category: { name: "Fowl" }, count: 1 }]);
});

test("the index is made anew while it serves, and forgets what is no product", async () => {
  const names = Array.from({ length: 5 }, (_, i) => `Ostrich mirror ${i}`);
  for (const name of names) await add(name);
  await seen("q=ostrich&sort=newest", names.toReversed());
  await env.SEARCH.batch([
    env.SEARCH.prepare(
      "UPDATE documents SET title = 'Broken', bookmark = 'z' WHERE title LIKE 'Os%'",
    ),
    env.SEARCH.prepare(
      `INSERT INTO documents SELECT NULL, 'ghost', 1, 'z', 1, merchant_id, NULL, '', 0, 1, 0, prices,
        currency, '[]', 'Ghost lamp', '' FROM documents LIMIT 1`,
    ),
  ]);
  expect((await ada.api.post("/admin/search/rebuild")).status).toBe(403);
  await data(202, admin.api.post("/admin/search/rebuild"));
  await vi.waitFor(
    async () =>
      expect(await data(200, admin.api.get("/admin/search"))).toMatchObject({
        rebuilding: false,
        generation: 2,
      }),
    { timeout: 12_000, interval: 200 },
  );
  expect(titlesOf(await find("q=ostrich&sort=newest&limit=8"))).toEqual(names.toReversed());
  const ghost = env.SEARCH.prepare("SELECT 1 FROM documents WHERE product_id = 'ghost'");
  expect(await ghost.first()).toBeNull();
  const check = "INSERT INTO documents_fts (documents_fts, rank) VALUES ('integrity-check', 1)";
  await env.SEARCH.prepare(check).run();
});

test("what is looked for in vain is counted, and forgotten after ninety days", async () => {
  for (const query of ["q=Unicorn%20saddle", "q=unicorn%20SADDLE", "q=gryphon", "q=dodo&tag=none"])
    await find(query);
  const listed = async (): Promise<Json[]> => {
    const { body } = await admin.api.get("/admin/search/zero-results?limit=2");
    const cursor = encodeURIComponent(body.page.nextCursor);
    const more = await admin.api.get(`/admin/search/zero-results?cursor=${cursor}`);
    return [...body.data, ...more.data];
  };
  await vi.waitFor(async () =>
    expect(await listed()).toContainEqual(
      expect.objectContaining({ query: "unicorn saddle", count: 2 }),
    ),
  );
  const counts = (await listed()).map(({ count }) => count);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  const { results } = await env.SEARCH.prepare("SELECT query FROM zero_results").all();
  expect(results).toContainEqual({ query: "gryphon" });
  expect(results).not.toContainEqual({ query: "dodo" });
  await env.SEARCH.prepare("UPDATE zero_results SET last_at = 1 WHERE query = 'gryphon'").run();
  await runSchedule("23 3 * * *");
  const left = await env.SEARCH.prepare("SELECT query FROM zero_results").all();
  expect(left.results).not.toContainEqual({ query: "gryphon" });
  expect((await api().get("/admin/search/zero-results")).status).toBe(401);
});
