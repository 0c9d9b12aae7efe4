import { env, exports } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import Stripe from "stripe";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { systemContext } from "../../../data/context";
import { events } from "../../../data/tables";
import { newId } from "../../../lib/id";
import { api } from "../../../testing/api";
import { faults, faultyD1 } from "../../../testing/faults";
import { paymentEvents } from "../tables";
import { webhookSecrets } from "./secrets";

const { db } = systemContext();
let made = 0;

beforeEach(() => {
  vi.restoreAllMocks();
});

const intentEvent = (more: object = {}) => {
  made += 1;
  const checkoutId = newId();
  const object = {
    id: `pi_${made}`,
    object: "payment_intent",
    status: "succeeded",
    metadata: { checkoutId, attempt: "2" },
    ...more,
  };
  const event = {
    id: `evt_${made}`,
    object: "event",
    type: "payment_intent.succeeded",
    created: Math.floor(Date.now() / 1_000),
    data: { object },
  };
  return { event, text: JSON.stringify(event), checkoutId };
};

type Sign = { secret?: string; age?: number };

async function sign(payload: string, { secret, age = 0 }: Sign = {}): Promise<string> {
  const [known = ""] = await webhookSecrets();
  return Stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: secret ?? known,
    timestamp: Date.now() / 1_000 - age,
  });
}

const post = (text: string, signature?: string) =>
  api().post(
    "/webhooks/stripe",
    text,
    signature === undefined ? {} : { "stripe-signature": signature },
  );

const stored = (id: string) => db.select().from(paymentEvents).where(eq(paymentEvents.id, id));
const told = (intentId: string) =>
  db
    .select({ type: events.type, payload: events.payload })
    .from(events)
    .where(sql`payload->>'intentId' = ${intentId}`);

describe("an event", () => {
  test("is stored before it is answered, and told once with ids only", async () => {
    const { event, text, checkoutId } = intentEvent({ receipt_email: "ada@example.com" });
    const answer = await post(text, await sign(text));
    expect([answer.status, answer.data]).toEqual([200, { received: true }]);
    const [row] = await stored(event.id);
    expect(row).toMatchObject({ type: event.type, intentId: event.data.object.id });
    expect(await told(event.data.object.id)).toEqual([
      {
        type: "payment.changed",
        payload: { checkoutId, intentId: event.data.object.id, attempt: 2, claims: "succeeded" },
      },
    ]);
  });

  test("replayed, at once or twenty times together, is told once", async () => {
    const { event, text } = intentEvent();
    const signature = await sign(text);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(text, signature)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await post(text, await sign(text))).status).toBe(200);
    expect(await stored(event.id)).toHaveLength(1);
    expect(await told(event.data.object.id)).toHaveLength(1);
  });

  test("that cannot be stored is never answered with 200", async () => {
    const { event, text } = intentEvent();
    const signature = await sign(text);
    vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { binding } = faultyD1((sql) => (/payment_events/.test(sql) ? faults.lost() : undefined));
    const broken = vi.spyOn(env.DB, "withSession").mockImplementation(binding.withSession);
    expect((await post(text, signature)).status).toBe(503);
    broken.mockRestore();
    expect(await stored(event.id)).toEqual([]);
    expect((await post(text, signature)).status).toBe(200);
    expect(await told(event.data.object.id)).toHaveLength(1);
  });

  test("about an intent that is none of ours is stored and tells nothing", async () => {
    const foreign = [undefined, {}, { checkoutId: "../../admin" }, { checkoutId: "" }];
    for (const metadata of foreign) {
      const { event, text } = intentEvent({ metadata });
      expect((await post(text, await sign(text))).status).toBe(200);
      expect(await stored(event.id)).toHaveLength(1);
      expect(await told(event.data.object.id)).toEqual([]);
    }
  });

  test("of a kind nobody asked for, even without an id, is stored", async () => {
    const text = JSON.stringify({
      ...{ id: "evt_balance", type: "balance.available", created: 1 },
      data: { object: { object: "balance", livemode: false } },
    });
    expect((await post(text, await sign(text))).status).toBe(200);
    expect(await stored("evt_balance")).toHaveLength(1);
  });
});

describe("a signature", () => {
  const refused = [400, "invalid_signature"];
  const ask = async (text: string, signature?: string) => {
    const { status, body } = await post(text, signature);
    return [status, body.code];
  };

  test("that is missing, empty, malformed or by another secret is refused", async () => {
    const { event, text } = intentEvent();
    const good = await sign(text);
    const forged = [
      undefined,
      "",
      "t=,v1=",
      "v1=abc",
      good.replace("v1=", "v0="),
      good.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      await sign(text, { secret: "whsec_of_somebody" }),
      await sign(text, { secret: "x" }),
      `t=${"9".repeat(400)},v1=${"a".repeat(64)}`,
    ];
    for (const signature of forged) expect(await ask(text, signature)).toEqual(refused);
    expect(await stored(event.id)).toEqual([]);
  });

  test("covers every byte of the body", async () => {
    const { event, text } = intentEvent();
    const signature = await sign(text);
    for (const other of [`${text} `, text.replace("succeeded", "canceled"), text.slice(1), ""])
      expect(await ask(other, signature)).toEqual(refused);
    expect(await stored(event.id)).toEqual([]);
  });

  test.each([
    ["old", 301],
    ["ahead", -302],
    ["far ahead", -31_536_000],
  ])("that is too %s is refused", async (_, age) => {
    const { event, text } = intentEvent();
    expect(await ask(text, await sign(text, { age }))).toEqual(refused);
    expect(await stored(event.id)).toEqual([]);
  });

  test.each([298, 0, -298])("that is %s seconds old is taken", async (age) => {
    const { text } = intentEvent();
    expect((await post(text, await sign(text, { age }))).status).toBe(200);
  });

  test("cannot be kept fresh by a second time", async () => {
    const { text } = intentEvent();
    const now = Math.floor(Date.now() / 1_000);
    const old = await sign(text, { age: 400 });
    expect(await ask(text, `${old},t=${now}`)).toEqual(refused);
    const ahead = await sign(text, { age: -400 });
    expect(await ask(text, `t=${now},${ahead}`)).toEqual(refused);
  });

  test("by the older of two secrets is good while both are set", async () => {
    env.STRIPE_WEBHOOK_SECRET = "whsec_new, whsec_old";
    for (const secret of ["whsec_new", "whsec_old"]) {
      const { text } = intentEvent();
      expect((await post(text, await sign(text, { secret }))).status).toBe(200);
    }
    const { text } = intentEvent();
    expect(await ask(text, await sign(text, { secret: "whsec_other" }))).toEqual(refused);
    delete env.STRIPE_WEBHOOK_SECRET;
  });

  test("of a body that is no event does not make it one", async () => {
    for (const [text, status] of [
      ["not json", 400],
      ["{}", 422],
      ["[]", 422],
      ['{"id":"x","type":"y","created":1,"data":{"object":{}}}', 422],
    ] as const)
      expect([text, (await post(text, await sign(text))).status]).toEqual([text, status]);
  });
});

test("a body above a mebibyte is not read", async () => {
  const text = JSON.stringify({ padding: "x".repeat(1_048_577) });
  expect((await post(text, "t=1,v1=abc")).status).toBe(413);
});

test("without a secret in production nothing is taken", async () => {
  const { text } = intentEvent();
  const signature = await sign(text);
  env.ENVIRONMENT = "production";
  const { status, body } = await post(text, signature);
  expect([status, body.code]).toEqual([503, "payments_unconfigured"]);
  env.ENVIRONMENT = "development";
});

test("webhooks are not counted against the address they come from", async () => {
  const answers = await Promise.all(
    Array.from({ length: 130 }, () =>
      exports.default.fetch(
        new Request("https://rimlight.test/api/v1/webhooks/stripe", {
          method: "POST",
          headers: { "cf-connecting-ip": "10.9.9.9" },
          body: "{}",
        }),
      ),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
});
