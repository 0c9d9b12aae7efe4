import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { Database } from "../../data/database";
import { newId } from "../../lib/id";
import { everything } from "./arbitraries";
import { promotionCustomers, promotions, promotionTermsView, promotionUses } from "./tables";
import type { PromotionTerms } from "./terms";
import { capReached, holdPromotions, settlePromotions } from "./uses";

const db = new Database(env.DB, "first-primary").db;

let id: string;
beforeEach(() => {
  id = newId();
});

const make = (changes: Partial<typeof promotions.$inferInsert> = {}) =>
  db.insert(promotions).values({
    id,
    title: "Sale",
    benefit: { kind: "percent", basisPoints: 1000 },
    eligible: everything,
    createdAt: 1,
    updatedAt: 1,
    ...changes,
  });
const read = async (): Promise<PromotionTerms> =>
  (await db.select(promotionTermsView).from(promotions).where(eq(promotions.id, id)).get()) ??
  expect.fail("no promotion");

const hold = (checkoutId: string, customerId = newId(), amount = 100) =>
  db.batch(
    holdPromotions(db, {
      checkoutId,
      customerId,
      currency: "EUR",
      uses: [{ promotionId: id, amount }],
      now: 2,
    }),
  );
const settle = (checkoutId: string, state: "used" | "released") =>
  db.batch(settlePromotions(db, checkoutId, state, 3));

/** How many of twenty at once get it, and what the others are told. */
async function race(attempt: () => Promise<unknown>) {
  const results = await Promise.allSettled(Array.from({ length: 20 }, attempt));
  const lost = results.flatMap((result) =>
    result.status === "rejected" ? [capReached(result.reason)] : [],
  );
  return { won: 20 - lost.length, reasons: [...new Set(lost)] };
}

test("of 20 racers on a promotion capped at 3 exactly 3 get it", async () => {
  await make({ usageLimit: 3 });
  expect(await race(() => hold(newId()))).toEqual({ won: 3, reasons: ["usage_exhausted"] });
  expect(await read()).toMatchObject({ held: 3, used: 0, budgetHeld: 300 });
  expect(await db.$count(promotionUses, eq(promotionUses.promotionId, id))).toBe(3);
  expect(await db.$count(promotionCustomers, eq(promotionCustomers.promotionId, id))).toBe(3);
});

test("one customer in 20 tabs gets what one customer may", async () => {
  await make({ customerLimit: 2 });
  const customer = newId();
  expect(await race(() => hold(newId(), customer))).toEqual({
    won: 2,
    reasons: ["customer_limit_reached"],
  });
  await hold(newId());
  expect(await read()).toMatchObject({ held: 3 });
});

test("20 racers never spend more than the budget", async () => {
  await make({ budget: 1000, currency: "EUR" });
  expect(await race(() => hold(newId(), newId(), 300))).toEqual({
    won: 3,
    reasons: ["budget_exhausted"],
  });
  expect(await read()).toMatchObject({ held: 3, budgetHeld: 900 });
});

test("a checkout holds a promotion once, however often it tries", async () => {
  await make({ usageLimit: 5, customerLimit: 1 });
  const [checkout, customer] = [newId(), newId()];
  await Promise.all(Array.from({ length: 5 }, () => hold(checkout, customer)));
  expect(await read()).toMatchObject({ held: 1, budgetHeld: 100 });
});

test("a released use is free for the next, and paying or releasing twice changes nothing", async () => {
  await make({ usageLimit: 1, customerLimit: 1 });
  const [first, second, customer] = [newId(), newId(), newId()];
  await hold(first, customer);
  await Promise.all(Array.from({ length: 5 }, () => settle(first, "released")));
  expect(await read()).toMatchObject({ held: 0, used: 0, budgetHeld: 0, budgetUsed: 0 });
  await hold(second, customer);
  await settle(second, "used");
  await settle(second, "released");
  await settle(second, "used");
  expect(await read()).toMatchObject({ held: 0, used: 1, budgetHeld: 0, budgetUsed: 100 });
  const [row] = await db
    .select()
    .from(promotionCustomers)
    .where(eq(promotionCustomers.promotionId, id));
  expect(row).toMatchObject({ held: 0, used: 1, customerLimit: 1 });
});

test("a hold that arrives after its release revives nothing", async () => {
  await make();
  const checkout = newId();
  await hold(checkout);
  await settle(checkout, "released");
  await hold(checkout);
  expect(await read()).toMatchObject({ held: 0, used: 0 });
});

test("several promotions are held together or not at all", async () => {
  await make();
  const capped = newId();
  await make({ id: capped, usageLimit: 1, held: 1 });
  const uses = [id, capped].map((promotionId) => ({ promotionId, amount: 5 }));
  const both = holdPromotions(db, {
    checkoutId: newId(),
    customerId: newId(),
    currency: "EUR",
    uses,
    now: 2,
  });
  expect(capReached(await db.batch(both).catch((error) => error))).toBe("usage_exhausted");
  expect(await read()).toMatchObject({ held: 0 });
  expect(await db.$count(promotionUses, eq(promotionUses.promotionId, id))).toBe(0);
});

test("no row can break a cap, have sums without a currency, or end before it starts", async () => {
  for (const wrong of [
    { usageLimit: 1, held: 1, used: 1 },
    { held: -1 },
    { budget: 10, currency: "EUR" as const, budgetUsed: 11 },
    { minimum: 10 },
    { startsAt: 5, endsAt: 5 },
  ])
    await expect(make(wrong)).rejects.toThrow();
  expect(await db.$count(promotions, eq(promotions.id, id))).toBe(0);
});

test("a code is one promotion of a merchant, one of the platform, and free again when archived", async () => {
  const code = `C-${id}`;
  const another = (changes: object) => make({ id: newId(), code, ...changes });
  await make({ code, merchantId: "m1" });
  await another({ merchantId: "m2" });
  await another({});
  await expect(another({ merchantId: "m1" })).rejects.toThrow();
  await expect(another({})).rejects.toThrow();
  await db.update(promotions).set({ status: "archived" }).where(eq(promotions.id, id));
  await another({ merchantId: "m1" });
});
