import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { systemContext } from "../../../data/context";
import { applied } from "../../../data/tables";
import { newId } from "../../../lib/id";
import { api, data, type Json } from "../../../testing/api";
import { person } from "../../../testing/people";
import { addProduct, euros, newSku, type Shop, shop } from "../testing";
import { mostLines } from "./receive";
import { takeCsv } from "./take";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
  const admin = await person({ role: "admin" });
  await data(201, admin.api.post("/categories", { name: "Lamps", slug: "lamps" }));
});

const send = (who: Shop, csv: string | ReadableStream, merchantId = ada.merchantId) =>
  who.api.post(`/products/import?merchantId=${merchantId}`, csv, { "content-type": "text/csv" });

async function imported(csv: string, who = ada): Promise<Json> {
  const { id, status } = await data(202, send(who, csv, who.merchantId));
  expect(status).toBe("queued");
  return vi.waitUntil(
    async () => {
      const job = await data(200, who.api.get(`/products/imports/${id}`));
      return job.status === "succeeded" || job.status === "failed" ? job : false;
    },
    { timeout: 14_000, interval: 50 },
  );
}

const skuOf = async (who: Shop, title: string): Promise<Json> => {
  const { data: found } = await who.api.get(`/products?merchantId=${who.merchantId}&limit=100`);
  const card = found.find((one: Json) => one.title === title);
  return card && data(200, who.api.get(`/products/${card.id}`));
};

test("lines become products with variants, known ones by their SKU", async () => {
  const [red, blue, known] = [newSku(), newSku(), newSku()];
  const old = await addProduct(ada, {
    title: "Old",
    description: "Kept.",
    variants: [{ sku: known, prices: [euros(100)], stock: 7 }],
  });
  const csv = [
    "product,title,sku,options,prices,stock,tags,category,status",
    `desk,"Desk lamp, bright",${red},colour=red,19.99 EUR; 21.50 USD,3,lamp; new,lamps,active`,
    `desk,"Desk lamp, bright",${blue},colour=blue,19.99 EUR,0,,lamps,active`,
    `,New name,${known},,0.80 EUR,99,,,active`,
    "",
  ].join("\r\n");
  const job = await imported(`\uFEFF${csv}`);
  expect(job).toMatchObject({ status: "succeeded", lines: 3, done: 3, created: 1, updated: 1 });
  expect(job.errors).toEqual([]);
  const desk = await skuOf(ada, "Desk lamp, bright");
  expect(desk).toMatchObject({ tags: ["lamp", "new"], category: { slug: "lamps" } });
  expect(desk.variants).toMatchObject([
    {
      sku: red,
      options: { colour: "red" },
      available: 3,
      prices: [{ amount: 1999 }, { amount: 2150 }],
    },
    { sku: blue, options: { colour: "blue" }, available: 0 },
  ]);
  const changed = await data(200, ada.api.get(`/products/${old.id}`));
  expect(changed).toMatchObject({ title: "New name", description: "Kept.", version: 2 });
  expect(changed.variants).toMatchObject([
    { available: 7, prices: [{ amount: 80, lowestBefore: 100 }] },
  ]);
});

test("a line with an error is told by its number, and the others are taken in", async () => {
  const good = newSku();
  const job = await imported(
    [
      "title,sku,price,currency,stock,category,status,description",
      `Good,${good},10.00,EUR,1,,active,"Two\nlines"`,
      `Negative,${newSku()},-5.00,EUR,1,,active`,
      `Unknown money,${newSku()},5.00,EURO,1,,active`,
      `Too fine,${newSku()},5.001,EUR,1,,active`,
      `Half a lamp,${newSku()},5.00,EUR,0.5,,active`,
      `Nowhere,${newSku()},5.00,EUR,1,nowhere,active`,
      `No such status,${newSku()},5.00,EUR,1,,sold`,
      "Formula,=1+1,5.00,EUR,1,,active",
      `Again,${good},5.00,EUR,1,,active`,
      "too,few",
    ].join("\n"),
  );
  expect(job).toMatchObject({ status: "succeeded", created: 1, updated: 0, failed: 9 });
  expect(job.errors.map(({ line }: Json) => line)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(job.errors[4].message).toContain("nowhere");
  expect((await skuOf(ada, "Good")).description).toBe("Two\nlines");
});

test("a thousand products come in one request, each once", async () => {
  const bob = await shop();
  const lines = Array.from(
    { length: 1_000 },
    (_, n) => `Product ${n},BULK-${n},${n + 1}.00 EUR,active`,
  );
  const job = await imported(["title,sku,prices,status", ...lines].join("\n"), bob);
  expect(job).toMatchObject({ status: "succeeded", lines: 1_000, created: 1_000, failed: 0 });
  const again = await imported(["title,sku,prices,status", ...lines].join("\n"), bob);
  expect(again).toMatchObject({ status: "succeeded", created: 0, updated: 1_000 });
  const count = "SELECT count(*) AS n FROM variants WHERE merchant_id = ?";
  expect(await env.DB.prepare(count).bind(bob.merchantId).first("n")).toBe(1_000);
  const { body } = await api().get(
    `/products?merchantId=${bob.merchantId}&sort=price&currency=EUR`,
  );
  expect(body.data[0].price).toEqual(euros(100));
  expect((await env.MEDIA.list({ prefix: "imports/" })).objects).toEqual([]);
}, 30_000);

test("an import whose message comes five times at once is made once", async () => {
  const bob = await shop();
  const lines = Array.from({ length: 250 }, (_, n) => `Product ${n},TWICE-${n},1.00 EUR,active`);
  const csv = ["title,sku,prices,status", ...lines].join("\n");
  const { id } = await data(202, send(bob, csv, bob.merchantId));
  const deliver = () => {
    const ctx = systemContext();
    const eventId = newId();
    const row = { consumer: "takeCsv", eventId, appliedAt: Date.now() };
    const payload = { importId: id };
    const message = { id: eventId, type: "catalogue.import" as const, payload, requestId: "test" };
    return takeCsv(ctx, message, ctx.db.insert(applied).values(row));
  };
  await Promise.all([deliver(), deliver(), deliver(), deliver()]);
  const job = await vi.waitUntil(async () => {
    const now = await data(200, bob.api.get(`/products/imports/${id}`));
    return now.status === "succeeded" && now;
  }, 10_000);
  expect(job).toMatchObject({ created: 250, updated: 0, failed: 0, done: 250 });
  const count = "SELECT count(*) AS n FROM products WHERE merchant_id = ?";
  expect(await env.DB.prepare(count).bind(bob.merchantId).first("n")).toBe(250);
});

test("what is no UTF-8, has no columns or too many lines is refused at once and not kept", async () => {
  const utf16 = new Uint8Array(new Uint16Array([0xfeff, 0x73, 0x6b, 0x75]).buffer);
  const bytes = (...all: number[]) => new Blob([Uint8Array.from(all)]).stream();
  const [sku, title, price] = ["sku", "title", "prices"];
  const long = `${sku},${title},${price}\n${"a,b,1 EUR\n".repeat(mostLines + 1)}`;
  const wrong: [string, string | ReadableStream, number, string][] = [
    ["UTF-16", new Blob([utf16]).stream(), 422, "csv_not_utf8"],
    ["Latin-1", bytes(0x73, 0xe9, 0x0a), 422, "csv_not_utf8"],
    ["half a character", bytes(0x73, 0xc3), 422, "csv_not_utf8"],
    ["NUL", bytes(0x73, 0, 0x0a), 422, "csv_not_utf8"],
    ["nothing", "", 422, "csv_columns_missing"],
    ["other columns", "name,cost\nA,1\n", 422, "csv_columns_missing"],
    ["too many lines", long, 413, "csv_too_long"],
  ];
  for (const [what, csv, status, code] of wrong) {
    const answer = await send(ada, csv);
    expect([answer.status, answer.body.code], what).toEqual([status, code]);
  }
  const json = await ada.api.post(`/products/import?merchantId=${ada.merchantId}`, { a: 1 });
  expect([json.status, json.body.code]).toEqual([415, "unsupported_media_type"]);
  expect((await env.MEDIA.list({ prefix: "imports/" })).objects).toEqual([]);
});

test("a quote that is never closed ends the import, after what came before it", async () => {
  const csv = `title,sku,prices,status\nGood,${newSku()},1 EUR,active\n"Bad,${"x".repeat(250_000)}`;
  const job = await imported(csv);
  expect(job).toMatchObject({ status: "failed", created: 1, errors: [{ line: 3 }] });
});

test("an import is for managers of the merchant, and nobody else hears of it", async () => {
  const eve = await shop();
  const csv = `title,sku,prices\nLamp,${newSku()},1 EUR`;
  expect((await send(eve, csv)).body.code).toBe("merchant_not_found");
  const { id } = await imported(csv);
  expect((await eve.api.get(`/products/imports/${id}`)).body.code).toBe("import_not_found");
  const theirs = await eve.api.get(`/products/export?merchantId=${ada.merchantId}`);
  expect(theirs.body.code).toBe("merchant_not_found");
});
