/**
 * Every step of a checkout and the steps that may follow it; numbers are the saga's own.
 * `paid` and `closed` are the ends; `settling` means money is moving and the holds must wait for it.
 */
export const checkoutSteps = {
  opening: ["displacing", "reserving", "closing"], // 1
  displacing: ["opening", "closing"], // X of the older checkout of the same cart
  reserving: ["recording", "releasing", "closing"], // 2
  recording: ["creating", "committing", "releasing"], // 3
  creating: ["awaiting", "cancelling", "releasing"], // 4
  awaiting: ["verifying", "cancelling"], // 5
  verifying: ["awaiting", "settling", "committing", "review", "cancelling", "releasing"], // 6
  settling: ["verifying"],
  committing: ["completing", "review"], // 7
  completing: ["paid", "review"], // 8
  cancelling: ["verifying", "releasing"], // X, the intent first
  releasing: ["closing"],
  closing: ["closed"],
  review: ["refunding", "releasing"],
  refunding: ["releasing"],
  paid: [],
  closed: [],
} as const satisfies Record<string, readonly string[]>;

export type CheckoutStep = keyof typeof checkoutSteps;

export type StepAfter<S extends CheckoutStep> = (typeof checkoutSteps)[S][number];

export function mayFollow(from: CheckoutStep, to: CheckoutStep): boolean {
  return (checkoutSteps[from] as readonly CheckoutStep[]).includes(to);
}
