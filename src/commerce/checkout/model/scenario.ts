/** How often each kind of trouble may strike; webhooks are lost, doubled and reordered without limit. */
export interface Faults {
  /** The object dies: answers are lost, requests arrive later or never. Of two alike, the first. */
  crashes: number;
  /** An answer is heard a second time, however much later. */
  echoes: number;
  /** An intent's amount is not the quoted one. */
  tampers: number;
  /** The provider makes the intent and stores a failure as the answer. */
  lostIntents: number;
  /** Someone pays such an intent from the provider's dashboard. */
  strayPayments: number;
  /** The provider refuses to make an intent. */
  refusals: number;
  /** A hand in the database: a hold released, or an order cancelled, behind the saga's back. */
  sabotages: number;
}

export interface Plan {
  cart: number;
  version: number;
  hash: string;
  amount: number;
  /** Per variant. */
  quantities: [number, number];
}

export interface Scenario {
  name: string;
  stock: [number, number];
  checkouts: Plan[];
  /** How many orders the one promotion allows. */
  coupons: number;
  /** Whether the first cart's version may grow by an edit. */
  cartEdits: boolean;
  /** Whether buyers cancel; if not, expiry stands for both, which the saga treats alike. */
  cancels: boolean;
  faults: Faults;
}

const noFaults: Faults = {
  crashes: 0,
  echoes: 0,
  tampers: 0,
  lostIntents: 0,
  strayPayments: 0,
  refusals: 0,
  sabotages: 0,
};

export function plan(cart: number, change: Partial<Plan> = {}): Plan {
  return { cart, version: 1, hash: "as seen", amount: 500, quantities: [1, 1], ...change };
}

type Change = Partial<Omit<Scenario, "name" | "checkouts" | "faults">> & {
  faults?: Partial<Faults>;
};

export function scenario(name: string, checkouts: Plan[], change: Change = {}): Scenario {
  const faults = { ...noFaults, ...change.faults };
  const usual = { stock: [1, 1] as [number, number], coupons: 2, cartEdits: false, cancels: true };
  return { ...usual, ...change, name, checkouts, faults };
}
