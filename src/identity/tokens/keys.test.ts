import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { api } from "../../testing/api";
import { person } from "../../testing/people";
import { forgetRing, publicKeys, signingKey } from "./keyring";
import { rotateSigningKeys } from "./keys";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.now();
vi.useFakeTimers({ toFake: ["Date"], now: start });

const ctx = systemContext;
const keys = async () => {
  const { results } = await env.DB.prepare(
    "SELECT id, state, private_key AS secret FROM signing_keys ORDER BY state",
  ).all<{ id: string; state: string; secret: string | null }>();
  return results;
};
const named = async (state: string) => (await keys()).find((key) => key.state === state)?.id;
const kidOf = (token: string) => JSON.parse(atob(token.split(".")[0]!)).kid as string;
const works = async (token: string) => (await api({ token }).get("/auth/me")).status === 200;
const goTo = (time: number) => {
  vi.setSystemTime(time);
  forgetRing();
};
const nightAt = async (time: number) => {
  goTo(time);
  await rotateSigningKeys(ctx(), time);
};

test("however many isolates need the first key at once, they all sign with one", async () => {
  const found = await Promise.all(Array.from({ length: 10 }, () => signingKey(ctx())));
  expect(new Set(found.map(({ kid }) => kid)).size).toBe(1);
  expect((await keys()).map(({ state }) => state)).toEqual(["active", "next"]);
});

test("a private key is in the database as ciphertext, and cannot leave the isolate", async () => {
  expect((await signingKey(ctx())).key.extractable).toBe(false);
  for (const { secret } of await keys()) {
    const [version, sealed] = secret!.split(".");
    expect(version).toBe("v1");
    const pkcs8 = Uint8Array.fromBase64(sealed!);
    const started = crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
    await expect(started).rejects.toThrow();
  }
});

test("a key signs for a month, then gives way to one that was published before", async () => {
  const [active, next] = [await named("active"), await named("next")];
  await nightAt(start + 29 * day);
  expect(await named("active")).toBe(active);
  await nightAt(start + 31 * day);
  expect([await named("retiring"), await named("active")]).toEqual([active, next]);
  expect(await named("next")).not.toBe(next);
  expect((await keys()).find(({ state }) => state === "retiring")?.secret).toBeNull();
});

test("nobody is signed out when the key changes", async () => {
  goTo(start + 62 * day - 60_000);
  const ada = await person();
  await nightAt(start + 62 * day);
  const bob = await person();
  expect(kidOf(bob.token)).not.toBe(kidOf(ada.token));
  expect([await works(ada.token), await works(bob.token)]).toEqual([true, true]);
  expect((await api().post("/auth/refresh", ada)).status).toBe(200);
});

test("a night later the old key verifies nothing and is not published", async () => {
  const old = await named("retiring");
  const published = async () => (await publicKeys(ctx())).map(({ kid }) => kid);
  expect(await published()).toContain(old);
  await nightAt(start + 63 * day);
  expect(await named("retiring")).toBeUndefined();
  expect(await published()).toEqual(expect.not.arrayContaining([old]));
  expect((await published()).toSorted()).toEqual(
    [await named("active"), await named("next")].toSorted(),
  );
});

test("a rotation that runs twice, or at once, is one rotation", async () => {
  const time = start + 95 * day;
  goTo(time);
  await Promise.all([1, 2, 3].map(() => rotateSigningKeys(ctx(), time)));
  const after = await keys();
  await rotateSigningKeys(ctx(), time + 1_000);
  expect(await keys()).toEqual(after);
  expect(after.filter(({ state }) => state !== "dead").map(({ state }) => state)).toEqual([
    "active",
    "next",
    "retiring",
  ]);
});

test("a key that verifiers cannot know yet does not sign, however urgent it is", async () => {
  const before = await keys();
  await rotateSigningKeys(ctx(), start + 95 * day + 2_000, 0);
  expect(await keys()).toEqual(before);
});
