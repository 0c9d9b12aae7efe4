import { beforeAll, expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { addProduct, shop } from "./testing";

let admin: Person;
beforeAll(async () => {
  admin = await person({ role: "admin" });
});

const add = (body: object): Promise<Json> => data(201, admin.api.post("/categories", body));
const listed = async (category: string) => (await api().get(`/products?category=${category}`)).data;

test("categories are a tree for all the world, and administrators grow it", async () => {
  const home = await add({ name: "Home", position: 1 });
  const lamps = await add({ name: "Lámpák & More", parent: "home" });
  expect(lamps).toMatchObject({ slug: "lampak-more", parentId: home.id });
  const tree = await data(200, api().get("/categories"));
  expect(tree).toEqual([{ ...home, children: [{ ...lamps, children: [] }] }]);
  expect((await api().get("/categories")).headers.get("x-cache")).toBe("HIT");
  const ada = await shop();
  expect((await ada.api.post("/categories", { name: "Mine" })).status).toBe(403);
  expect((await admin.api.post("/categories", { name: "Home" })).body.code).toBe("slug_taken");
  const lost = await admin.api.post("/categories", { name: "Lost", parent: "nowhere" });
  expect(lost.body.code).toBe("unknown_category");
});

test("a category that moves takes its subtree and their products along", async () => {
  const [a, b] = [await add({ name: "A" }), await add({ name: "B" })];
  const c = await add({ name: "C", parent: a.id });
  const d = await add({ name: "D", parent: "c" });
  const ada = await shop();
  const product = await addProduct(ada, { category: "d" });
  expect(product.categories.map(({ slug }: Json) => slug)).toEqual(["a", "c", "d"]);
  const moved = await data(200, admin.api.patch(`/categories/${c.id}`, { parent: b.id }));
  expect(moved).toMatchObject({ parentId: b.id, version: 2 });
  const after = await data(
    200,
    ada.api.put(`/products/${product.id}`, { ...product, category: d.id }),
  );
  expect(after.categories.map(({ slug }: Json) => slug)).toEqual(["b", "c", "d"]);
  await vi.waitUntil(async () => (await listed("b")).length === 1, 10_000);
  expect(await listed("a")).toEqual([]);
  await data(200, admin.api.patch(`/categories/${c.id}`, { parent: null }));
  await vi.waitUntil(async () => (await listed("b")).length === 0, 10_000);
});

test("a category never lies in itself, nor deeper than five levels", async () => {
  const ids: string[] = [];
  for (let n = 1; n <= 5; n++)
    ids.push((await add({ name: `Level ${n}`, parent: ids.at(-1) ?? null })).id);
  const deeper = await admin.api.post("/categories", { name: "Level 6", parent: ids[4] });
  expect(deeper.body.code).toBe("category_too_deep");
  for (const parent of [ids[0], ids[1], ids[4]]) {
    const answer = await admin.api.patch(`/categories/${ids[0]}`, { parent });
    expect([answer.status, answer.body.code]).toEqual([409, "category_too_deep"]);
  }
  const other = await add({ name: "Other" });
  const under = await admin.api.patch(`/categories/${ids[0]}`, { parent: other.id });
  expect(under.body.code).toBe("category_too_deep");
  const leaf = admin.api.patch(
    `/categories/${ids[4]}`,
    { parent: other.id },
    { "if-match": '"9"' },
  );
  expect((await leaf).body.code).toBe("version_mismatch");
});

test("a category that is in use stays", async () => {
  const empty = await add({ name: "Empty" });
  const full = await add({ name: "Full" });
  await addProduct(await shop(), { category: "full" });
  const kept = await admin.api.delete(`/categories/${full.id}`);
  expect([kept.status, kept.body.code]).toEqual([409, "category_in_use"]);
  await data(204, admin.api.delete(`/categories/${empty.id}`));
  expect((await admin.api.delete(`/categories/${empty.id}`)).body.code).toBe("category_not_found");
});
