import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { api, data, newAddress } from "../../testing/api";
import { person } from "../../testing/people";
import { staleKv } from "../../testing/staleKv";
import { everyVersion } from "./revocations";

vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
afterEach(() => {
  vi.restoreAllMocks();
  wait(10_000);
});
const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

type Who = { token: string; refreshToken: string };
const sessionOf = ({ refreshToken }: Who) => refreshToken.slice(4, 40);
const status = async ({ token }: Who) => (await api({ token }).get("/auth/me")).status;
const strictly = async ({ token }: Who) => (await api({ token }).delete("/auth/sessions")).status;

/** As another isolate does it: in D1, in the object and in KV. */
async function revokeElsewhere(who: Who) {
  const id = sessionOf(who);
  const until = Date.now() + 960_000;
  await env.DB.prepare("UPDATE sessions SET revoked_at = 1 WHERE id = ?").bind(id).run();
  await env.REVOCATIONS.getByName("all").add([{ id, version: everyVersion, until }]);
  await env.CACHE.put(`revoked:${id}`, JSON.stringify({ version: everyVersion, until }));
}
function loseObject() {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(env.REVOCATIONS, "getByName").mockImplementation(() => {
    throw new Error("the object is out of reach");
  });
}

test("with a KV that is a minute late, revocation takes five seconds, and none where it matters", async () => {
  const ada = await person();
  staleKv(60);
  wait(6_000);
  expect(await status(ada)).toBe(200);
  await env.CACHE.get(`revoked:${sessionOf(ada)}`);
  await revokeElsewhere(ada);
  expect(await env.CACHE.get(`revoked:${sessionOf(ada)}`)).toBeNull();
  expect(await strictly(ada)).toBe(401);
  wait(5_001);
  expect(await status(ada)).toBe(401);
});

test("without the object too, the bound is how late KV is; where it matters there is none", async () => {
  const ada = await person();
  const { seen } = staleKv(60);
  wait(6_000);
  loseObject();
  expect(await status(ada)).toBe(200);
  expect(seen.get(`revoked:${sessionOf(ada)}`)?.value).toBeNull();
  vi.mocked(env.REVOCATIONS.getByName).mockRestore();
  await revokeElsewhere(ada);
  loseObject();
  expect(await strictly(ada)).toBe(401);
  wait(30_000);
  expect(await status(ada)).toBe(200);
  wait(31_000);
  expect(await status(ada)).toBe(401);
});

test("this isolate's own revocations never wait for KV, nor for its one write a second", async () => {
  const ada = await person();
  const phones = await Promise.all(
    [1, 2, 3].map(async () => {
      const { accessToken, refreshToken } = await data(200, api().post("/auth/login", ada));
      return { token: accessToken as string, refreshToken: refreshToken as string };
    }),
  );
  const { refused } = staleKv(60);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  for (const phone of phones) expect(await status(phone)).toBe(200);
  expect((await ada.api.post("/auth/revoke", {})).status).toBe(204);
  const { accessToken } = await data(200, api().post("/auth/login", ada));
  expect((await api({ token: accessToken }).post("/auth/revoke", {})).status).toBe(204);
  for (const phone of phones) expect(await status(phone)).toBe(401);
  expect((await api({ token: accessToken }).get("/auth/me")).status).toBe(401);
  await vi.waitFor(() => expect(refused).toContain(`revoked:${ada.id}`));
});

test("a KV that is late lets nobody through a limit", async () => {
  staleKv(60);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const ip = newAddress();
  const tries = Array.from({ length: 20 }, () =>
    api({ ip }).post("/auth/login", { email: "nobody@example.com", password: "a wrong password" }),
  );
  const statuses = (await Promise.all(tries)).map((answer) => answer.status);
  expect(statuses.filter((one) => one === 401)).toHaveLength(5);
  expect(statuses.filter((one) => one === 429)).toHaveLength(15);
});
