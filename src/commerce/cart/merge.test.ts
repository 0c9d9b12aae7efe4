import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { consume } from "../../jobs/consume";
import type { Message } from "../../jobs/events";
import { newId } from "../../lib/id";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { type Shop, shop } from "../catalog/testing";
import { mergeCarts } from "./merge";
import { goods, quantities } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

async function guest() {
  const { user, accessToken } = await data(201, api().post("/auth/guest"));
  return { id: user.id as string, api: api({ token: accessToken }) };
}

const put = (who: { api: ReturnType<typeof api> }, sku: string, quantity: number) =>
  data(200, who.api.post("/cart/items", { sku, quantity }));

test("signing in takes the guest's cart along: of what both hold, the larger quantity", async () => {
  const [lamp, bulb, cable] = [await goods(ada), await goods(ada), await goods(ada)];
  const [visitor, bob] = [await guest(), await person()];
  await put(visitor, lamp.sku, 2);
  await put(visitor, bulb.sku, 5);
  await put(bob, bulb.sku, 3);
  await put(visitor, cable.sku, 1);
  await put(bob, cable.sku, 4);
  await data(200, visitor.api.post("/auth/login", { email: bob.email, password: bob.password }));
  await vi.waitFor(
    async () => expect((await data(200, bob.api.get("/cart"))).lines).toHaveLength(3),
    { timeout: 10_000, interval: 200 },
  );
  const cart = await data(200, bob.api.get("/cart"));
  expect(quantities(cart)).toEqual({ [lamp.sku]: 2, [bulb.sku]: 5, [cable.sku]: 4 });
  const left = await env.DB.prepare("SELECT count(*) AS n FROM cart_lines WHERE user_id = ?")
    .bind(visitor.id)
    .first("n");
  expect(left).toBe(0);
});

test("what a merge changed is told once", async () => {
  const [lamp, bulb] = [await goods(ada), await goods(ada)];
  const [visitor, bob] = [await guest(), await person()];
  await put(visitor, lamp.sku, 2);
  await put(visitor, bulb.sku, 5);
  await put(bob, bulb.sku, 3);
  const { db } = systemContext();
  await db.batch(mergeCarts(db, { guestId: visitor.id, userId: bob.id }));
  const cart = await data(200, bob.api.get("/cart"));
  expect(cart.version).toBe(2);
  expect(cart.changes.toSorted((a: { now: number }, b: { now: number }) => a.now - b.now)).toEqual([
    { kind: "merged", variantId: lamp.variantId, before: 0, now: 2 },
    { kind: "merged", variantId: bulb.variantId, before: 3, now: 5 },
  ]);
  expect((await data(200, bob.api.get("/cart"))).changes).toEqual([]);
});

test("ten merges of one cart at once, and a message that comes twice, are one merge", async () => {
  const { sku } = await goods(ada);
  const [visitor, bob] = [await guest(), await person()];
  await put(visitor, sku, 4);
  await put(bob, sku, 1);
  const payload = { guestId: visitor.id, userId: bob.id };
  const messages = Array.from({ length: 10 }, (): Message => {
    return { id: newId(), type: "guest.merged", payload, requestId: newId() };
  });
  const twice = [...messages, ...messages].map((body) => {
    const ack = () => {};
    return { id: newId(), timestamp: new Date(), attempts: 1, body, ack, retry: ack };
  });
  await consume({ messages: twice, queue: "rimlight-events" } as never);
  const cart = await data(200, bob.api.get("/cart"));
  expect([quantities(cart), cart.version]).toEqual([{ [sku]: 4 }, 2]);
  await put(bob, sku, 1);
  await consume({ messages: twice.slice(0, 3), queue: "rimlight-events" } as never);
  expect(quantities(await data(200, bob.api.get("/cart")))).toEqual({ [sku]: 5 });
});

test("a guest who registers keeps the cart", async () => {
  const { sku } = await goods(ada);
  const visitor = await guest();
  await put(visitor, sku, 3);
  const account = { email: `${newId()}@example.com`, password: "a quiet horse in the rain" };
  const { accessToken } = await data(201, visitor.api.post("/auth/register", account));
  const cart = await data(200, api({ token: accessToken }).get("/cart"));
  expect(quantities(cart)).toEqual({ [sku]: 3 });
});

test("a merged cart holds a hundred lines at most, one's own first", async () => {
  const [visitor, bob] = [await guest(), await person()];
  const { id } = await goods(ada);
  const fill = (userId: string, from: number, to: number) =>
    env.DB.batch(
      Array.from({ length: to - from }, (_, i) => [
        env.DB.prepare(
          `INSERT OR IGNORE INTO variants SELECT 'v' || ?1, ?2, merchant_id, 'FILL-' || ?1, '', '{}', 0,
            'deny', ?1, NULL, 0, 0 FROM products WHERE id = ?2`,
        ).bind(from + i, id),
        env.DB.prepare("INSERT INTO cart_lines VALUES (?, 'v' || ?, 1, '{}', NULL, NULL, ?)").bind(
          userId,
          from + i,
          from + i,
        ),
      ]).flat(),
    );
  await fill(bob.id, 0, 95);
  await fill(visitor.id, 90, 110);
  await env.DB.prepare("INSERT INTO carts VALUES (?, NULL, 1, 0, 0)").bind(visitor.id).run();
  const { db } = systemContext();
  await db.batch(mergeCarts(db, { guestId: visitor.id, userId: bob.id }));
  const rows = await env.DB.prepare("SELECT variant_id FROM cart_lines WHERE user_id = ?")
    .bind(bob.id)
    .all<{ variant_id: string }>();
  const numbers = rows.results.map((row) => Number(row.variant_id.slice(1))).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
});
