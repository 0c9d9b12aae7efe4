import { expect, test, vi } from "vitest";
import { newId } from "../../lib/id";
import { data } from "../../testing/api";
import { buyer, order, pay, shopWith } from "../orders/testing";
import { confirmIntent } from "../payments/payments";

const soon = { timeout: 10_000, interval: 100 };

test("a payment that only the provider tells of pays the order", async () => {
  const { variantId } = await shopWith(3);
  const ada = await buyer(variantId);
  const { order: placed, payment } = await data(201, order(ada));
  await confirmIntent(payment.id, {
    key: newId(),
    paymentMethod: "pm_card_visa",
    returnUrl: "https://rimlight.test/",
  });
  await vi.waitFor(
    async () => expect((await data(200, ada.api.get(`/orders/${placed.id}`))).status).toBe("paid"),
    soon,
  );
});

test("a payment that needs the buyer stays payable and says where to go", async () => {
  const { variantId } = await shopWith(3);
  const ada = await buyer(variantId);
  const { order: placed } = await data(201, order(ada));
  const asked = await data(200, pay(ada, placed.id, "pm_card_threeDSecure2Required"));
  expect(asked.order.status).toBe("pending_payment");
  expect(asked.payment.status).toBe("requires_payment");
  expect(asked.payment.actionUrl).toMatch(/^https?:\/\//);
});
