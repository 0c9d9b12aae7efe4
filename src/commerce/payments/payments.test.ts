import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Unavailable } from "../../data/attempt";
import { newId } from "../../lib/id";
import { cancelIntent, createIntent, listIntents, retrieveIntent } from "./payments";
import { sandbox } from "./stripe";
import { confirm, newIntent, payable } from "./testing";

beforeEach(() => sandbox().setFaults({}));

describe("an intent", () => {
  test("is made once per key, and carries what leads back to its checkout", async () => {
    const wish = newIntent({ amount: 1_950, currency: "ISK", attempt: 2 });
    const first = await createIntent(wish);
    expect(await createIntent(wish)).toEqual(first);
    expect(first).toMatchObject({
      kind: "created",
      intent: {
        status: "requires_payment_method",
        amount: 1_950,
        currency: "ISK",
        checkoutId: wish.checkoutId,
        attempt: 2,
        decline: null,
        fee: null,
      },
    });
    const id = first.kind === "created" ? first.intent.id : "";
    expect(await retrieveIntent(id)).toMatchObject({ id, amount: 1_950, currency: "ISK" });
  });

  test("is not made twice where the answer to the first call is lost", async () => {
    await sandbox().setFaults({ next: [{ path: "/v1/payment_intents", fault: "lose" }] });
    const wish = newIntent();
    await expect(createIntent(wish)).rejects.toThrow(Unavailable);
    expect((await createIntent(wish)).kind).toBe("created");
    const { intents } = await listIntents({ since: 0 });
    expect(intents.filter(({ checkoutId }) => checkoutId === wish.checkoutId)).toHaveLength(1);
  });

  test.each(["fail", "fail_after"] as const)(
    "needs another key behind a kept 500 (%s)",
    async (fault) => {
      await sandbox().setFaults({ next: [{ path: "/v1/payment_intents", fault }] });
      const wish = newIntent();
      await expect(createIntent(wish)).rejects.toThrow(Unavailable);
      expect(await createIntent(wish)).toEqual({ kind: "failed" });
      expect((await createIntent({ ...wish, key: newId() })).kind).toBe("created");
    },
  );

  test("is unknown while the provider sheds load, and made under the same key after it", async () => {
    await sandbox().setFaults({ next: [{ path: "/v1/payment_intents", fault: "limit" }] });
    const wish = newIntent();
    await expect(createIntent(wish)).rejects.toThrow(Unavailable);
    expect((await createIntent(wish)).kind).toBe("created");
  });

  test("below what can be charged, or with digits that cannot, is refused for good", async () => {
    expect(await createIntent(newIntent({ amount: 49 }))).toEqual({
      kind: "refused",
      code: "amount_too_small",
    });
    expect(await createIntent(newIntent({ amount: 1_001, currency: "KWD" }))).toEqual({
      kind: "refused",
      code: "not_chargeable",
    });
  });

  test("of another purchase under the same key is a bug and never an intent", async () => {
    const wish = newIntent();
    await createIntent(wish);
    await expect(createIntent({ ...wish, amount: wish.amount + 1 })).rejects.toThrow(
      /same parameters/,
    );
  });

  test("nobody knows is null", async () => {
    expect(await retrieveIntent("pi_nobody")).toBeNull();
  });

  test("is listed with those made since a time, page by page", async () => {
    const made = [await payable(), await payable(), await payable()];
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await listIntents({
        since: Date.now() - 60_000,
        limit: 2,
        ...(after && { after }),
      });
      listed.push(...page.intents.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect((await listIntents({ since: Date.now() + 60_000 })).intents).toEqual([]);
  });
});

describe("confirming", () => {
  test("pays, and the provider tells what it kept", async () => {
    const { id } = await payable({ amount: 10_000 });
    expect(await confirm(id, "pm_card_visa")).toMatchObject({
      kind: "confirmed",
      intent: { status: "succeeded", amount: 10_000, currency: "EUR" },
    });
    expect(await retrieveIntent(id)).toMatchObject({ fee: { amount: 320, currency: "EUR" } });
  });

  test.each([
    ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card", null],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null],
  ])("with %s is declined, and another card may follow", async (method, code, declineCode) => {
    const { id } = await payable();
    expect(await confirm(id, method)).toMatchObject({ kind: "declined", code, declineCode });
    expect(await retrieveIntent(id)).toMatchObject({
      status: "requires_payment_method",
      decline: { code, declineCode },
    });
    expect(await confirm(id, "pm_card_visa")).toMatchObject({ kind: "confirmed" });
  });

  test("with 3-D Secure waits for the buyer, who may pass or fail", async () => {
    const [passing, failing] = [await payable(), await payable()];
    for (const { id } of [passing, failing])
      expect(await confirm(id, "pm_card_threeDSecure2Required")).toMatchObject({
        kind: "confirmed",
        intent: {
          status: "requires_action",
          actionUrl: `https://rimlight.test/dev/payments/${id}`,
        },
      });
    await sandbox().authenticate(passing.id, true);
    await sandbox().authenticate(failing.id, false);
    expect(await retrieveIntent(passing.id)).toMatchObject({ status: "succeeded" });
    expect(await retrieveIntent(failing.id)).toMatchObject({
      status: "requires_payment_method",
      decline: { code: "payment_intent_authentication_failure" },
    });
    expect(await sandbox().authenticate(passing.id, true)).toBeNull();
  });

  test("by bank debit is processing first, and then succeeds or fails", async () => {
    const [good, bad] = [await payable(), await payable()];
    for (const [{ id }, method] of [
      [good, "pm_usBankAccount_success"],
      [bad, "pm_usBankAccount_insufficientFunds"],
    ] as const)
      expect(await confirm(id, method)).toMatchObject({ intent: { status: "processing" } });
    await sandbox().elapse();
    expect(await retrieveIntent(good.id)).toMatchObject({ status: "succeeded" });
    expect(await retrieveIntent(bad.id)).toMatchObject({
      status: "requires_payment_method",
      decline: { declineCode: "insufficient_funds" },
    });
  });

  test("twice pays once, whether under one key or two", async () => {
    const { id } = await payable();
    const key = newId();
    const [one, two] = await Promise.all([1, 2].map(() => confirm(id, "pm_card_visa", key)));
    expect(one).toEqual(two);
    expect(await confirm(id, "pm_card_visa")).toEqual({
      kind: "refused",
      code: "payment_intent_unexpected_state",
      status: "succeeded",
    });
  });

  test("with what is no payment method is refused", async () => {
    const { id } = await payable();
    expect(await confirm(id, "pm_card_nobody")).toMatchObject({
      kind: "refused",
      code: "resource_missing",
      status: null,
    });
  });
});

describe("cancelling", () => {
  test("ends an intent, also twice and under other keys", async () => {
    const { id } = await payable();
    for (const key of [`cancel:${id}:0`, `cancel:${id}:0`, `cancel:${id}:1`])
      expect(await cancelIntent(id, key)).toEqual({ kind: "cancelled" });
    expect(await confirm(id, "pm_card_visa")).toMatchObject({
      kind: "refused",
      status: "canceled",
    });
  });

  test("is refused while money moves and after, and says so again under its key", async () => {
    const { id } = await payable();
    await confirm(id, "pm_usBankAccount_insufficientFunds");
    const refused = { kind: "refused", status: "processing" };
    expect(await cancelIntent(id, "cancel:1")).toEqual(refused);
    await sandbox().elapse();
    expect(await cancelIntent(id, "cancel:1")).toEqual(refused);
    expect(await cancelIntent(id, "cancel:2")).toEqual({ kind: "cancelled" });
  });
});

describe("in production", () => {
  test("without a key nobody can pay, and the sandbox is closed", async () => {
    env.ENVIRONMENT = "production";
    await expect(createIntent(newIntent())).rejects.toMatchObject({
      status: 503,
      code: "payments_unconfigured",
    });
    const request = new Request("https://api.stripe.com/v1/payment_intents");
    expect((await sandbox().fetch(request)).status).toBe(404);
    env.ENVIRONMENT = "development";
  });

  test("a key speaks to Stripe itself, with our idempotency key and without a second try", async () => {
    env.STRIPE_SECRET_KEY = "sk_live_of_nobody";
    const send = vi
      .spyOn(globalThis, "fetch")
      .mockResolvedValue(
        Response.json({ error: { type: "api_error", message: "down" } }, { status: 500 }),
      );
    const wish = newIntent();
    await expect(createIntent(wish)).rejects.toThrow(Unavailable);
    expect(send).toHaveBeenCalledOnce();
    const [url, init] = send.mock.calls[0]!;
    expect(url).toBe("https://api.stripe.com/v1/payment_intents");
    const headers = new Headers(init?.headers);
    expect(headers.get("idempotency-key")).toBe(wish.key);
    expect(headers.get("authorization")).toBe("Bearer sk_live_of_nobody");
    delete env.STRIPE_SECRET_KEY;
    vi.restoreAllMocks();
  });
});
