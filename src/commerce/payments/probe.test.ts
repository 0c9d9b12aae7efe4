import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { probeAll } from "../../operations/health/probes";
import { askPayments } from "./probe";
import { sandbox } from "./stripe";

const status = async () =>
  (await probeAll({ payments: { required: false, ask: askPayments } })).dependencies.payments;

afterEach(() => {
  vi.restoreAllMocks();
  env.ENVIRONMENT = "development";
  delete env.STRIPE_SECRET_KEY;
  delete env.STRIPE_WEBHOOK_SECRET;
});

test("in development payments are the sandbox's, in production without keys nobody's", async () => {
  expect((await status())?.status).toBe("sandbox");
  env.ENVIRONMENT = "production";
  expect((await status())?.status).toBe("unconfigured");
});

test("with keys the provider is asked, and must answer within a second", async () => {
  env.STRIPE_SECRET_KEY = "sk_test_of_nobody";
  vi.spyOn(console, "warn").mockImplementation(() => {});
  expect((await status())?.status).toBe("failing");
  env.STRIPE_WEBHOOK_SECRET = "whsec_any";
  const list = { object: "list", data: [], has_more: false, url: "/v1/payment_intents" };
  const send = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(list));
  expect((await status())?.status).toBe("ok");
  send.mockImplementation(async () =>
    Response.json({ error: { type: "invalid_request_error", message: "no" } }, { status: 401 }),
  );
  expect((await status())?.status).toBe("failing");
  send.mockImplementation(() => new Promise(() => {}));
  const hanging = await status();
  expect(hanging?.status).toBe("failing");
  expect(hanging?.latencyMs).toBeLessThan(1_200);
});

test("with Stripe's keys the sandbox is closed", async () => {
  env.STRIPE_SECRET_KEY = "sk_test_of_nobody";
  const response = await sandbox().fetch("https://api.stripe.com/v1/payment_intents");
  expect(response.status).toBe(404);
});
