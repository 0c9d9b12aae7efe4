import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { cronsOf, isDue } from "./crons.mjs";
import { faultOf } from "./devVars.mjs";
import { checkPort } from "./port.mjs";

const random = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");

test("a secret is missing, no secret, too weak, or good", () => {
  expect(faultOf("")).toMatch(/^RIMLIGHT_SECRETS is missing .*\.$/);
  expect(faultOf("hunter2")).toMatch(/is not a secret/);
  expect(faultOf(`v1:${"A".repeat(43)}=`)).toMatch(/too weak/);
  expect(faultOf(`v2:${random},v1:${"A".repeat(43)}=`)).toMatch(/too weak/);
  expect(faultOf(`v2:${random},v1:${random}`)).toBeNull();
});

test("a busy port and a wrong one are told in one sentence, a free one is taken", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  expect(await checkPort(port)).toBe(
    `Port ${port} is busy: stop what listens there, or choose another with PORT=${port + 1} npm start.`,
  );
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPort(port)).toBeNull();
  expect(await checkPort(Number("abc"))).toMatch(/^PORT must be a number/);
});

test("the crons of wrangler.toml fall due when the platform would run them", () => {
  const crons = cronsOf(readFileSync("wrangler.toml", "utf8"));
  const due = (time: string) => crons.filter((cron: string) => isDue(cron, new Date(time)));
  expect(due("2026-11-20T08:01:00Z")).toEqual(["* * * * *"]);
  expect(due("2026-11-20T08:17:00Z")).toEqual(["* * * * *", "17 * * * *"]);
  expect(due("2026-11-20T03:23:00Z")).toEqual(["* * * * *", "23 3 * * *"]);
});

test("steps, lists, and the days of a week that begins on Sunday", () => {
  expect(isDue("*/15 * * * *", new Date("2026-11-20T08:45:00Z"))).toBe(true);
  expect(isDue("*/15 * * * *", new Date("2026-11-20T08:46:00Z"))).toBe(false);
  expect(isDue("5,46 8 * * *", new Date("2026-11-20T08:46:00Z"))).toBe(true);
  expect(isDue("* * * * 1", new Date("2026-11-22T00:00:00Z"))).toBe(true);
});
