import { newId } from "../../lib/id";
import { confirmIntent, createIntent, type Intent, type NewIntent } from "./payments";

export const newIntent = (wish: Partial<NewIntent> = {}): NewIntent => {
  const checkoutId = newId();
  const attempt = wish.attempt ?? 1;
  return {
    key: `pi:${checkoutId}:${attempt}`,
    checkoutId,
    orderId: newId(),
    attempt,
    quoteHash: "a hash",
    amount: 4_900,
    currency: "EUR",
    ...wish,
  };
};

/** An intent that waits for a payment method. */
export async function payable(wish: Partial<NewIntent> = {}): Promise<Intent> {
  const made = await createIntent(newIntent(wish));
  if (made.kind !== "created") throw new Error(`the intent is ${made.kind}`);
  return made.intent;
}

export const confirm = (id: string, paymentMethod: string, key: string = newId()) =>
  confirmIntent(id, { key, paymentMethod, returnUrl: "https://rimlight.test/" });

/** An intent that is paid. */
export async function paid(
  wish: Partial<NewIntent> = {},
  method = "pm_card_visa",
): Promise<Intent> {
  const { id } = await payable(wish);
  const done = await confirm(id, method);
  if (done.kind !== "confirmed") throw new Error(`the confirmation is ${done.kind}`);
  return done.intent;
}
