import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { addProduct, dollars, euros, newSku, type Shop, shop } from "../catalog/testing";
import { findProducts } from "./find";
import { termsOf } from "./terms";
import { find, index, titlesOf } from "./testing";

let ada: Shop;
const made: Record<string, Json> = {};

const add = async (title: string, more: object = {}, amount = 1_000) => {
  const variants = [{ sku: newSku(), prices: [euros(amount)], stock: 5 }];
  made[title] = await addProduct(ada, { title, description: "", tags: [], variants, ...more });
  return made[title];
};

beforeAll(async () => {
  ada = await shop({ name: "Lamps" });
  const admin = await person({ role: "admin" });
  const light = await data(201, admin.api.post("/categories", { name: "Light", slug: "light" }));
  const desk = { name: "Desk", slug: "desk-light", parent: light.id };
  await data(201, admin.api.post("/categories", desk));
  await add("Brass lamp", { category: "light", tags: ["brass", "warm"] }, 9_000);
  await add("Desk lamp", { category: "desk-light", tags: ["oak"], featured: true }, 4_000);
  await add("Reading chair", { tags: ["oak", "lamp"] }, 20_000);
  await add("Oak table", { description: "Room for a lamp & <b>books</b>, and more." }, 30_000);
  await add("Lámpáš červený", { description: "Z kovu" }, 500);
  await add("Wallpaper", { variants: [{ sku: newSku(), prices: [euros(700), dollars(800)] }] });
  await add("Draft lamp", { status: "draft" });
  await index(...Object.values(made).map(({ id }) => id));
});

afterEach(() => vi.restoreAllMocks());

test("title counts more than tags, tags more than the description", async () => {
  const body = await find("q=lamp");
  expect(titlesOf(body).slice(3)).toEqual(["Reading chair", "Oak table"]);
  expect(titlesOf(body).slice(0, 3).sort()).toEqual(["Brass lamp", "Desk lamp", "Lámpáš červený"]);
  expect(body).toMatchObject({ total: 5, approximate: false, corrected: null });
});

test("words are found from their beginning, in any order, without their accents", async () => {
  expect(titlesOf(await find("q=la%20bra"))).toEqual(["Brass lamp"]);
  expect(titlesOf(await find("q=LAMPAS"))).toEqual(["Lámpáš červený"]);
  expect(titlesOf(await find("q=l%C3%A1mp%C3%A1%C5%A1"))).toEqual(["Lámpáš červený"]);
  expect(titlesOf(await find("q=lamp%20spaceship"))).toEqual([]);
});

test("what was found is marked, and nothing else is markup", async () => {
  const [hit] = (await find("q=lamp%20table")).data;
  expect(hit.highlight).toEqual({
    title: "Oak <mark>table</mark>",
    snippet: "Room for a <mark>lamp</mark> &amp; &lt;b&gt;books&lt;/b&gt;, and more.",
  });
});

test.each([
  ["tabel", "Oak table", "table"],
  ["tabke", "Oak table", "table"],
  ["cchair", "Reading chair", "chair"],
  ["chir", "Reading chair", "chair"],
  ["wallpapper", "Wallpaper", "wallpaper"],
  ["walpapre", "Wallpaper", "wallpaper"],
  ["oak tabel", "Oak table", "oak table"],
])("%s finds what was meant", async (typed, title, corrected) => {
  const body = await find(`q=${encodeURIComponent(typed)}`);
  expect([titlesOf(body), body.corrected]).toEqual([[title], corrected]);
});

test("filters narrow and facets count what is left", async () => {
  const all = await find("q=lamp");
  const { categories, tags, prices } = all.facets;
  const named = categories.map(({ category, count }: Json) => [
    category.slug,
    category.name,
    count,
  ]);
  expect(named.sort()).toEqual([
    ["desk-light", "Desk", 1],
    ["light", "Light", 1],
  ]);
  expect(tags).toEqual([
    { tag: "oak", count: 2 },
    { tag: "brass", count: 1 },
    { tag: "lamp", count: 1 },
    { tag: "warm", count: 1 },
  ]);
  expect([prices[0].min, prices.at(-1).max]).toEqual([500, 30_000]);
  expect(prices.reduce((sum: number, { count }: Json) => sum + count, 0)).toBe(5);
  expect(titlesOf(await find("q=lamp&category=light&sort=price"))).toEqual([
    "Desk lamp",
    "Brass lamp",
  ]);
  expect(titlesOf(await find("q=lamp&tag=oak&sort=-price"))).toEqual([
    "Reading chair",
    "Desk lamp",
  ]);
  expect(titlesOf(await find("q=lamp&featured=true"))).toEqual(["Desk lamp"]);
  expect(titlesOf(await find("q=lamp&minPrice=4000&maxPrice=9000&sort=price"))).toEqual([
    "Desk lamp",
    "Brass lamp",
  ]);
  expect(titlesOf(await find(`q=lamp&merchantId=${ada.merchantId}&sort=newest`))[0]).toBe(
    "Lámpáš červený",
  );
  expect(titlesOf(await find(`q=lamp&merchantId=${made["Oak table"].id}`))).toEqual([]);
});

test("a search in a currency finds and prices what is sold in it", async () => {
  const body = await find("q=wallpaper&currency=USD");
  expect(body.data).toMatchObject([{ title: "Wallpaper", price: dollars(800) }]);
  expect(body.facets.prices).toEqual([{ min: 800, max: 800, currency: "USD", count: 1 }]);
  expect(titlesOf(await find("q=lamp&currency=USD"))).toEqual([]);
});

test("pages follow each other without gap or repetition, in every order", async () => {
  for (const sort of ["relevance", "newest", "price", "-price", "popular"]) {
    const whole = titlesOf(await find(`q=lamp&sort=${sort}`));
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const body: Json = await find(`q=lamp&sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...titlesOf(body));
      cursor = body.page.nextCursor && encodeURIComponent(body.page.nextCursor);
    }
    expect(seen, sort).toEqual(whole);
  }
  const { page } = await find("q=lamp&limit=2");
  const other = await api().get(
    `/products/search?q=oak&cursor=${encodeURIComponent(page.nextCursor)}`,
  );
  expect(other.body.code).toBe("invalid_cursor");
});

test("a search costs one round trip to each database at first and none after", async () => {
  const ask = () => api().get("/products/search?q=brass%20lamp");
  const timing = async () => {
    const answer = await ask();
    const trips = answer.headers.get("server-timing")?.match(/trips=\d+/g);
    return [answer.headers.get("x-cache"), trips];
  };
  expect(await timing()).toEqual(["MISS", ["trips=1", "trips=1"]]);
  expect(await timing()).toEqual(["HIT", ["trips=0"]]);
});

test("very many hits are counted up to four thousand, and come by what is sold most", async () => {
  await env.SEARCH.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4050)
     INSERT INTO documents SELECT NULL, 'many-' || i, 1, '', 1, 'm', NULL, '', 0, 1, i % 3333,
       '{"*":100}', 'EUR', '[]', 'Plentiful', '' FROM n`,
  ).run();
  expect(await find("q=plentiful")).toMatchObject({ total: 4_000, approximate: true });
  const terms = termsOf("plentiful");
  const rows = await findProducts(systemContext(), terms, { sort: "relevance" }, null, 3);
  const hits = rows.filter(({ kind }) => kind === "hit");
  expect(hits.map(({ name }) => name)).toEqual([
    "many-3332",
    "many-3331",
    "many-3330",
    "many-3329",
  ]);
  await env.SEARCH.prepare("DELETE FROM documents WHERE product_id LIKE 'many-%'").run();
});

test.each([
  '" OR 1=1 --',
  "lamp AND (NOT table)",
  "title : lamp*",
  "{title} : lamp",
  "NEAR(lamp table, 5)",
  "^lamp",
  "'; DROP TABLE documents; --",
  "%",
  "\\",
  "-lamp",
  "a".repeat(200),
  "lamp ".repeat(40).trim(),
  "\u202Elamp\u0000",
  "🕯️",
  "ﷺ ǆ İ ß ﬃ",
  "<script>alert(1)</script>",
  "null undefined NaN",
])("the text %j is only looked for", async (text) => {
  const { status, body } = await api().get(`/products/search?q=${encodeURIComponent(text)}`);
  expect([status, Array.isArray(body.data)]).toEqual([200, true]);
  expect(JSON.stringify(body.data)).not.toContain("<script");
});

test.each(["", "q=", "q=%20", `q=${"x".repeat(201)}`, "q=a&sort=random", "q=a&minPrice=-1"])(
  "the query %j is refused",
  async (query) => {
    expect((await api().get(`/products/search?${query}`)).status).toBe(422);
  },
);

test("while the search database is down only searches are", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(env.SEARCH, "withSession").mockImplementation(() => {
    throw new Error("D1_ERROR: no such database");
  });
  const answer = await api().get("/products/search?q=nothing%20cached%20this");
  expect([answer.status, answer.body.code]).toEqual([503, "search_unavailable"]);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect((await api().get("/products?limit=3")).status).toBe(200);
  expect((await api().get(`/products/${made["Desk lamp"].id}`)).status).toBe(200);
});
