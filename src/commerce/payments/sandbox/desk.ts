import { type Bank, childrenOf, find, page, type StripeObject } from "./bank";
import { createRefund, updateDispute } from "./charges";
import { groupOf, listOf, type Params, textOf } from "./form";
import { cancelIntent, confirmIntent, createIntent } from "./intents";
import { Refusal, unknown } from "./refusal";

export type Asked = { method: string; path: string; params: Params };

type Verb = (bank: Bank, id: string, params: Params) => StripeObject;

/** Each collection: the kind of its objects, and what can be done to all of them and to one. */
const collections: Record<
  string,
  { kind: string; create?: Verb; update?: Verb; actions?: Record<string, Verb> }
> = {
  payment_intents: {
    kind: "payment_intent",
    create: (bank, _, params) => createIntent(bank, params),
    actions: { confirm: confirmIntent, cancel: cancelIntent },
  },
  refunds: { kind: "refund", create: (bank, _, params) => createRefund(bank, params) },
  disputes: { kind: "dispute", update: updateDispute },
  charges: { kind: "charge" },
  events: { kind: "event" },
};

/** @throws {Refusal} what Stripe answers as an error */
export function serve(bank: Bank, { method, path, params }: Asked): unknown {
  const [, version, name = "", id, action, ...more] = path.split("/");
  const collection = version === "v1" && more.length === 0 ? collections[name] : undefined;
  const verb = collection && verbOf(collection, method, id, action);
  if (!verb)
    throw new Refusal(404, {
      type: "invalid_request_error",
      message: `Unrecognized request URL (${method}: ${path}).`,
    });
  const answer = verb(bank, id ?? "", params);
  return listOf(params, "expand").reduce(
    (shown, way) => expand(bank, shown, way.split(".")),
    answer,
  );
}

function verbOf(
  { kind, create, update, actions = {} }: (typeof collections)[string],
  method: string,
  id: string | undefined,
  action: string | undefined,
): Verb | undefined {
  if (method === "POST") {
    if (action) return Object.hasOwn(actions, action) ? actions[action] : undefined;
    return id ? update : create;
  }
  if (method !== "GET" || action) return undefined;
  return id ? (bank) => read(bank, kind, id) : (bank, _, params) => list(bank, kind, params);
}

function read(bank: Bank, kind: string, id: string): StripeObject {
  const object = find(bank, kind, id);
  if (!object) throw unknown(kind, id);
  return object;
}

function list(bank: Bank, kind: string, params: Params): StripeObject {
  const limit = Math.min(100, Math.max(1, Number(textOf(params, "limit") ?? 10)));
  const parent = textOf(params, "payment_intent");
  const after = textOf(params, "starting_after");
  const since = Number(textOf(groupOf(params, "created"), "gte") ?? 0);
  const { data, more } = parent
    ? { data: childrenOf(bank, kind, parent), more: false }
    : page(bank, kind, { limit, after, since });
  return { id: "", object: "list", url: `/v1/${kind}s`, data, has_more: more };
}

/** Puts objects where their ids stand, along the path that was asked for. */
function expand(bank: Bank, object: StripeObject, [name, ...rest]: string[]): StripeObject {
  if (!name || typeof object[name] !== "string") return object;
  const kind = name === "latest_charge" ? "charge" : name;
  const inner = find(bank, kind, object[name]);
  return inner ? { ...object, [name]: expand(bank, inner, rest) } : object;
}
