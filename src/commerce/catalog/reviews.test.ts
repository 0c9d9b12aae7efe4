import { beforeAll, expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { recordSale } from "./sales";
import { addProduct, type Shop, shop } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

const buy = async (who: Person, productId: string, quantity = 1) => {
  const ctx = systemContext();
  await ctx.db.batch(recordSale(ctx, who.id, [{ productId, quantity }]));
};

test("a buyer reviews a product once, and the average follows", async () => {
  const { id } = await addProduct(ada);
  const [bob, eve] = [await person({ displayName: "Bob" }), await person()];
  for (const who of [bob, eve]) await buy(who, id);
  const path = `/products/${id}/reviews`;
  const review = await data(201, bob.api.post(path, { rating: 4, text: "Bright." }));
  expect(review).toMatchObject({ rating: 4, text: "Bright.", author: { displayName: "Bob" } });
  expect((await api().get(`/products/${id}`)).data.rating).toEqual({ average: 4, count: 1 });
  await data(201, eve.api.post(path, { rating: 1 }));
  const again = await bob.api.post(path, { rating: 5 });
  expect([again.status, again.body.code]).toEqual([409, "already_reviewed"]);
  expect((await api().get(`/products/${id}`)).data.rating).toEqual({ average: 2.5, count: 2 });
  const listed = (await api().get(path)).data;
  expect(listed.map(({ rating }: Json) => rating)).toEqual([1, 4]);
  expect(listed[1]).toEqual(review);
});

test("of ten reviews that one buyer sends at once, one counts", async () => {
  const { id } = await addProduct(ada);
  const bob = await person();
  await buy(bob, id);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => bob.api.post(`/products/${id}/reviews`, { rating: 5 })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect((await api().get(`/products/${id}`)).data.rating).toEqual({ average: 5, count: 1 });
});

test("who has not bought it may not review it, its seller neither", async () => {
  const { id } = await addProduct(ada);
  const draft = await addProduct(ada, { status: "draft" });
  const eve = await person();
  for (const who of [eve, ada]) {
    const answer = await who.api.post(`/products/${id}/reviews`, { rating: 5 });
    expect([answer.status, answer.body.code]).toEqual([403, "review_needs_purchase"]);
  }
  const hidden = await eve.api.post(`/products/${draft.id}/reviews`, { rating: 5 });
  expect(hidden.body.code).toBe("product_not_found");
  expect((await api().get(`/products/${draft.id}/reviews`)).status).toBe(404);
  expect((await api().get(`/products/${id}/reviews`)).data).toEqual([]);
  for (const rating of [0, 6, 4.5, -1, "5"])
    expect((await eve.api.post(`/products/${id}/reviews`, { rating })).status).toBe(422);
});

test("what sells is popular", async () => {
  const made = [await addProduct(ada), await addProduct(ada), await addProduct(ada)];
  const bob = await person();
  await buy(bob, made[1].id, 3);
  await buy(bob, made[0].id, 1);
  await buy(bob, made[0].id, 1);
  const list = await api().get("/products?sort=popular&limit=2");
  expect(list.data.map(({ id }: Json) => id)).toEqual([made[1].id, made[0].id]);
});
