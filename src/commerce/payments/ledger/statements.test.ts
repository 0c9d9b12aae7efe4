import { beforeAll, describe, expect, test } from "vitest";
import { systemContext } from "../../../data/context";
import { commit } from "../../../data/outbox";
import { newId } from "../../../lib/id";
import { data } from "../../../testing/api";
import { person } from "../../../testing/people";
import { planOf, recordStatements } from "../../../testing/statements";
import { type Shop, shop } from "../../catalog/testing";
import { post, reverse } from "./post";
import { dispute, type Part, refund, sale } from "./postings";

const ctx = systemContext();
const write = (statements: ReturnType<typeof post>) =>
  commit(ctx, statements as unknown as Parameters<typeof commit>[1]);

let ours: Shop;
let theirs: Shop;
const order = newId();
const refundKey = newId();

const at = (day: string) => Date.parse(`2026-${day}T12:00:00Z`);
const about = (day: string, currency: "EUR" | "JPY" = "EUR", orderId = newId()) => {
  return { orderId, intentId: newId(), currency, at: at(day) };
};
const our = (total: number, commission: number): Part => {
  return { merchantId: ours.merchantId, total, commission };
};

/** May: a sale. June: a shared sale, a refund, a failed refund, a lost dispute, yen. July: a sale. */
beforeAll(async () => {
  [ours, theirs] = [await shop(), await shop()];
  const their = { merchantId: theirs.merchantId, total: 7_000, commission: 700 };
  await write([
    ...post(ctx, sale(about("05-31"), [our(10_000, 1_000)])),
    ...post(ctx, sale(about("06-01", "EUR", order), [our(5_000, 500), their])),
    ...post(ctx, refund(about("06-10", "EUR", order), refundKey, [our(2_000, 200)])),
    ...post(ctx, refund(about("06-11"), "failing", [our(1_000, 100)])),
    ...reverse(ctx, "refund:failing", {
      ...{ kind: "refund_cancelled", reference: "refund_cancelled:failing", at: at("06-12") },
    }),
    ...post(ctx, dispute(about("06-20"), "dispute:1", [our(500, 50)], "taken")),
    ...post(ctx, sale(about("06-30", "JPY"), [our(12_000, 1_200)])),
    ...post(ctx, sale(about("07-01"), [our(9_999, 999)])),
  ]);
});

const june = "from=2026-06-01&to=2026-06-30";
const pathOf = (seller: Shop, rest: string) => `/merchants/${seller.merchantId}/statements${rest}`;

describe("a statement", () => {
  test("goes from what was owed to what is owed, for each currency", async () => {
    const statement = await data(200, ours.api.get(pathOf(ours, `?${june}`)));
    expect(statement).toMatchObject({
      merchantId: ours.merchantId,
      from: "2026-06-01",
      to: "2026-06-30",
    });
    expect(statement.balances).toEqual([
      {
        ...{ currency: "EUR", opening: 9_000, sales: 5_000, refunds: -2_000, disputes: -500 },
        ...{ commission: 250, closing: 11_250 },
      },
      {
        ...{ currency: "JPY", opening: 0, sales: 12_000, refunds: 0, disputes: 0 },
        ...{ commission: 1_200, closing: 10_800 },
      },
    ]);
    for (const { opening, sales, refunds, disputes, commission, closing } of statement.balances)
      expect(opening + sales + refunds + disputes - commission).toBe(closing);
  });

  test("follows the one before it without a gap", async () => {
    const closing = async (period: string) =>
      (await data(200, ours.api.get(pathOf(ours, `?${period}`)))).balances;
    const [may] = await closing("from=2026-05-01&to=2026-05-31");
    const [inJune] = await closing(june);
    const [july] = await closing("from=2026-07-01&to=2026-07-31");
    expect([may.opening, may.closing]).toEqual([0, inJune.opening]);
    expect([inJune.closing, july.closing]).toEqual([july.opening, july.opening + 9_000]);
  });

  test("lists its lines page by page, which sum to what it says", async () => {
    const lines = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const page = await data(200, ours.api.get(pathOf(ours, `?${june}&limit=2${after}`)));
      expect(page.lines.length).toBeLessThanOrEqual(2);
      lines.push(...page.lines);
      cursor = page.nextCursor;
    }
    expect(lines.map(({ kind, net }) => [kind, net])).toEqual([
      ["sale", 4_500],
      ["refund", -1_800],
      ["refund", -900],
      ["refund_cancelled", 900],
      ["dispute", -450],
      ["sale", 10_800],
    ]);
    expect(lines[0]).toMatchObject({
      ...{ at: "2026-06-01T12:00:00.000Z", orderId: order },
      ...{ currency: "EUR", total: 5_000, commission: 500 },
    });
    const foreign = pathOf(ours, `?${june}&limit=2&cursor=x`);
    expect((await ours.api.get(foreign)).body.code).toBe("invalid_cursor");
  });

  test("downloads as CSV, in decimals", async () => {
    const { status, headers, body } = await ours.api.get(pathOf(ours, `.csv?${june}`));
    expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(headers.get("cache-control")).toBe("private, no-store");
    const rows = body.trimEnd().split("\r\n");
    expect(rows[0]).toBe("at,kind,orderId,currency,total,commission,net,transactionId");
    expect(rows).toHaveLength(7);
    expect(rows[1]).toMatch(`2026-06-01T12:00:00.000Z,sale,${order},EUR,50.00,5.00,45.00,`);
    expect(rows[2]).toMatch(",-20.00,-2.00,-18.00,");
    expect(rows[6]).toMatch(",JPY,12000,1200,10800,");
  });

  test("of a quiet time is empty, and keeps what is owed", async () => {
    const quiet = "from=2026-08-01&to=2026-08-31";
    const statement = await data(200, ours.api.get(pathOf(ours, `?${quiet}`)));
    expect(statement.lines).toEqual([]);
    expect(statement.balances[0]).toMatchObject({ sales: 0, opening: 20_250, closing: 20_250 });
    expect((await ours.api.get(pathOf(ours, `.csv?${quiet}`))).body).toMatch(/^at,.*\r\n$/);
  });

  test("needs a period of at most a year, the first day first", async () => {
    for (const bad of [
      "",
      "?from=2026-06-01",
      "?from=2026-06-02&to=2026-06-01",
      "?from=2025-06-01&to=2026-06-02",
      "?from=yesterday&to=2026-06-01",
    ])
      for (const path of [`${bad}`, `.csv${bad}`])
        expect([path, (await ours.api.get(pathOf(ours, path))).status]).toEqual([path, 422]);
    const year = await ours.api.get(pathOf(ours, "?from=2025-06-01&to=2026-06-01"));
    expect(year.status).toBe(200);
  });
});

test("a statement reads the merchant's own entries by their index, and no others", async () => {
  const recorded = recordStatements();
  await data(200, ours.api.get(pathOf(ours, `?${june}&limit=2`)));
  const read = [...recorded.values()].filter((one) => /ledger_entries/.test(one.sql));
  expect(read).toHaveLength(2);
  for (const one of read) {
    const plan = (await planOf(one)).join("\n");
    expect(plan).toMatch(/SEARCH e USING (COVERING )?INDEX ledger_entries_merchant/);
    expect(plan).not.toMatch(/SCAN (e|t)\b/);
  }
});

describe("who reads a statement", () => {
  test("strangers and other merchants find nothing, and see nothing of others in their own", async () => {
    for (const path of [`?${june}`, `.csv?${june}`]) {
      const stranger = await (await person()).api.get(pathOf(ours, path));
      expect([stranger.status, stranger.body.code]).toEqual([404, "merchant_not_found"]);
      expect((await theirs.api.get(pathOf(ours, path))).status).toBe(404);
    }
    const { balances, lines } = await data(200, theirs.api.get(pathOf(theirs, `?${june}`)));
    expect(balances).toMatchObject([{ currency: "EUR", sales: 7_000, closing: 6_300 }]);
    expect(lines).toHaveLength(1);
  });

  test("staff does not, managers and administrators do", async () => {
    const member = await person();
    const put = (role: string) =>
      ours.api.post(`/merchants/${ours.merchantId}/members`, { userId: member.id, role });
    await data(204, put("staff"));
    const path = pathOf(ours, `?${june}`);
    const { status, body } = await member.api.get(path);
    expect([status, body.code]).toEqual([403, "merchant_role_required"]);
    await data(204, put("manager"));
    expect((await member.api.get(path)).status).toBe(200);
    const administrator = await person({ role: "admin" });
    expect((await administrator.api.get(path)).status).toBe(200);
  });
});
