import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { Misconfigured } from "../../data/secrets";
import { newId } from "../../lib/id";
import { api } from "../../testing/api";
import { mails } from "../mail/tables";
import { type Probe, probeAll, probes } from "./probes";

let tests = 0;

/** Each test asks at a time of its own, so that none sees what another found. */
beforeEach(() => {
  vi.restoreAllMocks();
  tests += 1;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + tests * 60_000 });
  return () => vi.useRealTimers();
});

const ready = () => api().get("//health/ready");

test("every dependency answers, with its latency", async () => {
  const { status, data } = await ready();
  expect([status, data.status]).toEqual([200, "ok"]);
  expect(Object.keys(data.dependencies).sort()).toEqual([
    "cache",
    "database",
    "mail",
    "media",
    "objects",
    "payments",
    "queues",
    "search",
    "secrets",
  ]);
  for (const [name, { status: said, latencyMs }] of Object.entries<never>(data.dependencies)) {
    expect([name, said]).toEqual([name, name === "payments" ? "sandbox" : "ok"]);
    expect(latencyMs).toBeLessThanOrEqual(1_000);
  }
});

test("a required dependency that fails is a 503 that names it and nothing of its error", async () => {
  vi.spyOn(env.DB, "prepare").mockImplementation(() => {
    throw new Error("D1_ERROR: internal secret detail");
  });
  const { status, body } = await ready();
  expect([status, body.code]).toEqual([503, "unavailable"]);
  expect(body.dependencies.database).toMatchObject({ status: "failing", required: true });
  expect(body.dependencies.search).toMatchObject({ status: "ok" });
  expect(JSON.stringify(body)).not.toContain("secret detail");
});

test("without an optional dependency the service is degraded, not down", async () => {
  vi.spyOn(env.CACHE, "get").mockRejectedValue(new Error("KV is down"));
  vi.spyOn(env.EVENTS, "metrics").mockRejectedValue(new Error("queues are down"));
  const { status, data } = await ready();
  expect([status, data.status]).toEqual([200, "degraded"]);
  expect(data.dependencies.cache.status).toBe("failing");
  expect(data.dependencies.queues.status).toBe("failing");
});

test("bad secrets are red", async () => {
  const ask = vi.spyOn(probes.secrets!, "ask").mockRejectedValue(new Misconfigured("weak"));
  const { status, body } = await ready();
  expect([status, body.code]).toEqual([503, "misconfigured"]);
  expect(body.dependencies.secrets.status).toBe("failing");
  expect(ask).toHaveBeenCalledOnce();
});

test("a dependency that hangs is given one second, beside the others", async () => {
  vi.useRealTimers();
  const hanging: Probe = { required: true, ask: () => new Promise(() => {}) };
  const quick: Probe = { required: false, ask: async () => {} };
  const started = Date.now();
  const readiness = await probeAll({ one: hanging, two: hanging, quick });
  expect(Date.now() - started).toBeLessThan(1_500);
  expect(readiness.status).toBe("failing");
  expect(readiness.dependencies.quick?.status).toBe("ok");
});

test("asking often asks the dependencies once a second", async () => {
  const ask = vi.spyOn(probes.database!, "ask");
  for (let i = 0; i < 5; i++) await ready();
  expect(ask).toHaveBeenCalledTimes(1);
  vi.setSystemTime(Date.now() + 1_001);
  await ready();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("mail is unconfigured without a way out, and fails when all of late has failed", async () => {
  const mail = { mail: probes.mail! };
  const statusOf = async () => (await probeAll(mail)).dependencies.mail?.status;
  env.ENVIRONMENT = "production";
  expect(await statusOf()).toBe("unconfigured");
  env.ENVIRONMENT = "development";
  const now = Date.now();
  const row = { kind: "welcome", attempts: 1, leaseUntil: now, createdAt: now, updatedAt: now };
  const note = (status: "queued" | "sent") =>
    systemContext()
      .db.insert(mails)
      .values({ ...row, id: newId(), eventId: newId(), status });
  await note("queued");
  expect(await statusOf()).toBe("failing");
  await note("sent");
  expect(await statusOf()).toBe("ok");
});
