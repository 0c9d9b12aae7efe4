import type { CheckoutEvent, IntentStatus } from "../events";

/** An intent of one checkout at the payment provider; its id is `pi<checkout>-<place in the list>`. */
export interface Intent {
  attempt: number;
  status: IntentStatus;
  amount: number;
  refunded: boolean;
  /** Created, but the answer stored under its key is a failure: nobody knows it. */
  lost: boolean;
}

export interface Provider {
  intents: Intent[];
  /** Attempts refused for good. */
  refused: number[];
}

type Call<A extends unknown[]> = (provider: Provider, ...rest: A) => [Provider, CheckoutEvent];

export const intentIdOf = (checkout: number, index: number) => `pi${checkout}-${index}`;

export const indexOfIntent = (intentId: string) =>
  Number(intentId.slice(intentId.indexOf("-") + 1));

/** Idempotent: the same attempt is the same key and gets the same answer. */
export const createIntent: Call<
  [me: number, attempt: number, amount: number, fault: "none" | "lost" | "refused"]
> = (provider, me, attempt, amount, fault) => {
  if (provider.refused.includes(attempt)) return [provider, { type: "intentRefused", attempt }];
  const known = provider.intents.findIndex((intent) => intent.attempt === attempt);
  if (known >= 0) return [provider, answerOfCreate(provider, me, attempt, known)];
  if (fault === "refused") {
    const refused = [...provider.refused, attempt];
    return [
      { ...provider, refused },
      { type: "intentRefused", attempt },
    ];
  }
  const intent: Intent = {
    attempt,
    status: "requires_payment_method",
    amount,
    refunded: false,
    lost: fault === "lost",
  };
  const next = { ...provider, intents: [...provider.intents, intent] };
  return [next, answerOfCreate(next, me, attempt, next.intents.length - 1)];
};

function answerOfCreate(p: Provider, me: number, attempt: number, index: number): CheckoutEvent {
  if (p.intents[index]?.lost) return { type: "intentFailed", attempt };
  const intentId = intentIdOf(me, index);
  return { type: "intentCreated", attempt, intentId, clientSecret: `${intentId}_secret` };
}

export const retrieveIntent: Call<[intentId: string]> = (provider, id) => {
  const { status, amount } = intentAt(provider, id);
  return [provider, { type: "intentSeen", intent: { id, status, amount, currency: "USD" } }];
};

export const cancelIntent: Call<[intentId: string]> = (provider, intentId) => {
  if (!isPayable(intentAt(provider, intentId)))
    return [provider, { type: "cancelRefused", intentId }];
  const next = change(provider, indexOfIntent(intentId), { status: "canceled" });
  return [next, { type: "intentCancelled", intentId }];
};

export const refundIntent: Call<[intentId: string]> = (provider, intentId) => [
  change(provider, indexOfIntent(intentId), { refunded: true }),
  { type: "refunded", intentId },
];

export function isPayable({ status }: Intent): boolean {
  return status.startsWith("requires_");
}

/** Nothing can be taken any more, or all that was taken went back. */
export function isDead(intent: Intent): boolean {
  return intent.status === "canceled" || (intent.status === "succeeded" && intent.refunded);
}

export function change(provider: Provider, index: number, patch: Partial<Intent>): Provider {
  const intents = provider.intents.map((intent, at) =>
    at === index ? { ...intent, ...patch } : intent,
  );
  return { ...provider, intents };
}

function intentAt(provider: Provider, intentId: string): Intent {
  const intent = provider.intents[indexOfIntent(intentId)];
  if (!intent) throw new Error(`no intent ${intentId}`);
  return intent;
}
