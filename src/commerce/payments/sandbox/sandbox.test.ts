import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { type Currency, currencies } from "../../../lib/currencies";
import { chargeStep, isChargeable } from "../../../lib/stripeUnits";
import { api } from "../../../testing/api";
import { retrieveIntent } from "../payments";
import { refundPayment } from "../refunds";
import { sandbox, sandboxKey, stripe } from "../stripe";
import { confirm, paid, payable } from "../testing";
import { drawRequestFault, noFaults, random } from "./faults";
import { parseForm } from "./form";

beforeEach(() => sandbox().setFaults({}));
const browser = { accept: "text/html" };

test("every currency that can be charged is paid and refunded to the last unit", async () => {
  const chargeable = currencies.filter(isChargeable);
  expect(chargeable.length).toBeGreaterThan(130);
  await sandbox().setFaults({ rates: { drop: 1 } });
  const payAndRefund = async (currency: Currency) => {
    const part = chargeStep(currency);
    const amount = 12_345 * part;
    const intent = await paid({ amount, currency });
    expect([intent.amount, intent.currency]).toEqual([amount, currency]);
    const key = `refund:${intent.id}`;
    expect(await refundPayment({ intentId: intent.id, key, amount: part, currency })).toMatchObject(
      { kind: "refunded", refund: { amount: part, currency } },
    );
  };
  await Promise.all(chargeable.map(payAndRefund));
});

test("a bank debit settles by itself after a few seconds, without anybody asking", async () => {
  const { id } = await payable();
  await confirm(id, "pm_usBankAccount_success");
  expect((await retrieveIntent(id))?.status).toBe("processing");
  await expect
    .poll(async () => (await retrieveIntent(id))?.status, { timeout: 10_000, interval: 500 })
    .toBe("succeeded");
});

describe("the bank's page", () => {
  const asked = async () => {
    const { id } = await payable({ amount: 123_400, currency: "JPY" });
    const done = await confirm(id, "pm_card_threeDSecure2Required");
    const url = done.kind === "confirmed" ? done.intent.actionUrl : null;
    return { id, path: `/${new URL(url ?? "").pathname}` };
  };

  test("lets the buyer approve, and sends them back to the shop", async () => {
    const { id, path } = await asked();
    const page = await api().get(path, browser);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.body).toContain("A payment of 123400 JPY waits for you");
    const done = await api().post(`${path}?verdict=approve`);
    expect([done.status, done.headers.get("location")]).toEqual([303, "https://rimlight.test/"]);
    expect(await retrieveIntent(id)).toMatchObject({ status: "succeeded" });
    expect((await api().get(path, browser)).body).toContain("is succeeded");
    expect((await api().post(`${path}?verdict=approve`)).status).toBe(409);
  });

  test("lets the buyer refuse", async () => {
    const { id, path } = await asked();
    expect((await api().post(`${path}?verdict=refuse`)).status).toBe(303);
    expect(await retrieveIntent(id)).toMatchObject({ status: "requires_payment_method" });
  });

  test("does not exist for intents nobody made, nor in production", async () => {
    expect((await api().get("//dev/payments/pi_nobody")).status).toBe(404);
    expect((await api().get("//dev/payments/nobody")).status).toBe(422);
    const { path } = await asked();
    env.ENVIRONMENT = "production";
    for (const answer of [
      await api().get(path),
      await api().post(`${path}?verdict=approve`),
      await api().post("//dev/payments/elapse"),
      await api().put("//dev/payments/faults", {}),
    ])
      expect(answer.status).toBe(404);
    env.ENVIRONMENT = "development";
  });
});

describe("faults", () => {
  test("are set over HTTP in development, within bounds", async () => {
    const set = (body: object) => api().put("//dev/payments/faults", body);
    expect(
      (await set({ rates: { drop: 0.5 }, next: [{ path: "refunds", fault: "limit" }] })).status,
    ).toBe(204);
    const { rates, delayMs } = await sandbox().faults();
    expect([rates.drop, delayMs]).toEqual([0.5, 2_000]);
    for (const bad of [{ rates: { drop: 2 } }, { rates: { explode: 1 } }, { stallMs: -1 }])
      expect((await set(bad)).status).toBe(422);
  });

  test("come in the same order from the same seed, and about as often as told", () => {
    const draw = () => {
      const faults = { ...noFaults, seed: 7, rates: { lose: 0.2, limit: 0.1 } };
      return Array.from({ length: 2_000 }, () => drawRequestFault(faults, "/v1/refunds"));
    };
    const drawn = draw();
    expect(draw()).toEqual(drawn);
    const share = (fault: string) => drawn.filter((one) => one === fault).length / drawn.length;
    expect(share("lose")).toBeCloseTo(0.2, 1);
    expect(share("limit")).toBeCloseTo(0.1, 1);
    expect(random({ ...noFaults, seed: 1 })).not.toBe(random({ ...noFaults, seed: 2 }));
  });
});

describe("Stripe's HTTP API", () => {
  const ask = async (method: string, path: string, body?: string, headers: object = {}) => {
    const response = await sandbox().fetch(`https://api.stripe.com${path}`, {
      method,
      headers: { authorization: `Bearer ${sandboxKey}`, ...headers },
      ...(body !== undefined && { body }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as never,
    };
  };

  test("refuses a wrong key, an unknown address and unknown parameters in Stripe's words", async () => {
    const wrong = await ask("GET", "/v1/payment_intents", undefined, { authorization: "Bearer x" });
    expect(wrong.status).toBe(401);
    expect((await ask("GET", "/v1/customers")).body).toMatchObject({
      error: { type: "invalid_request_error" },
    });
    const body = "amount=500&currency=usd&amout=1";
    expect((await ask("POST", "/v1/payment_intents", body)).body).toMatchObject({
      error: { code: "parameter_unknown", param: "amout" },
    });
    expect((await ask("GET", "/v1/payment_intents/pi_no")).body).toMatchObject({
      error: { code: "resource_missing" },
    });
    for (const bad of [
      "currency=usd",
      "amount=1.5&currency=usd",
      "amount=500",
      "amount=500&currency=xxx",
    ])
      expect([bad, (await ask("POST", "/v1/payment_intents", bad)).status]).toEqual([bad, 400]);
  });

  test("answers a key again with what it kept, and refuses it with other parameters", async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    const first = await ask("POST", "/v1/payment_intents", "amount=500&currency=usd", key);
    const again = await ask("POST", "/v1/payment_intents", "amount=500&currency=usd", key);
    expect(again.body).toEqual(first.body);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const other = await ask("POST", "/v1/payment_intents", "amount=501&currency=usd", key);
    expect([other.status, other.body]).toMatchObject([
      400,
      { error: { type: "idempotency_error" } },
    ]);
  });

  test("keeps no answer for parameters that were never good", async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    await ask("POST", "/v1/payment_intents", "amount=500", key);
    const good = await ask("POST", "/v1/payment_intents", "amount=500&currency=usd", key);
    expect(good.status).toBe(200);
  });

  test("lists events, the latest first, with the state of their time", async () => {
    const { id } = await paid();
    const { data } = await (await stripe()).events.list({ limit: 3 });
    const types = data.map(({ type }) => type);
    expect(types).toEqual([
      "payment_intent.succeeded",
      "charge.succeeded",
      "payment_intent.created",
    ]);
    expect(data[2]?.data.object).toMatchObject({ id, status: "requires_payment_method" });
  });
});

test("forms nest by brackets, and cannot reach an object's prototype", () => {
  const params = parseForm(
    "a=1&b[c]=2&b[d][e]=3&f[]=4&f[]=5&g[0]=6&__proto__[x]=7&b[__proto__][y]=8",
  );
  expect(params).toMatchObject({ a: "1", b: { c: "2", d: { e: "3" } }, f: { 0: "4", 1: "5" } });
  expect(({} as Record<string, unknown>).x).toBeUndefined();
  expect(({} as Record<string, unknown>).y).toBeUndefined();
});
