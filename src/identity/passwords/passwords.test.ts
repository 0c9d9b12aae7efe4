import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { macKey } from "../../data/secrets";
import { utf8 } from "../../lib/crypto";
import { api } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { hash } from "./argon2";
import { hashPassword, isOutdated, isPassword } from "./passwords";

const hashOf = ({ id }: Person) =>
  env.DB.prepare("SELECT hash FROM passwords WHERE user_id = ?").bind(id).first<string>("hash");
const store = ({ id }: Person, phc: string) =>
  env.DB.prepare("UPDATE passwords SET hash = ? WHERE user_id = ?").bind(phc, id).run();

/** As an installation with cheaper parameters would have stored it. */
async function cheapHash(password: string): Promise<string> {
  const { key } = (await macKey("password-pepper", "v1"))!;
  const peppered = new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(password)));
  const salt = utf8("sixteen bytes ok");
  const tag = hash(peppered, salt, { memorySize: 1_024, passes: 1, parallelism: 1 });
  const text = (bytes: Uint8Array) => bytes.toBase64({ omitPadding: true });
  return `$argon2id$v=19$m=1024,t=1,p=1,keyid=v1$${text(salt)}$${text(tag)}`;
}

test("a hash is of the peppered password: the database alone cannot tell a right guess", async () => {
  const phc = await hashPassword("correct horse");
  expect(await isPassword("correct horse", phc)).toBe(true);
  expect(await isPassword("correct horsf", phc)).toBe(false);
  expect(await isPassword("correct horse", null)).toBe(false);
  const [, , , , salt, tag] = phc.split("$");
  const plain = hash(utf8("correct horse"), Uint8Array.fromBase64(salt!));
  expect(plain.toBase64({ omitPadding: true })).not.toBe(tag);
});

test("a hash made with weaker parameters is renewed at sign-in", async () => {
  const ada = await person();
  const cheap = await cheapHash(ada.password);
  expect([await isOutdated(cheap), await isOutdated((await hashOf(ada))!)]).toEqual([true, false]);
  await store(ada, cheap);
  expect((await api().post("/auth/login", ada)).status).toBe(200);
  const renewed = await vi.waitUntil(async () => {
    const phc = await hashOf(ada);
    return phc !== cheap && phc;
  });
  expect(renewed).toContain("$m=19456,t=2,p=1,keyid=v1$");
  expect(await isPassword(ada.password, renewed as string)).toBe(true);
});

test("a password that was changed meanwhile stays changed", async () => {
  const ada = await person();
  await store(ada, await cheapHash(ada.password));
  expect((await api().post("/auth/login", ada)).status).toBe(200);
  const changed = await hashPassword("quite another one");
  await store(ada, changed);
  await scheduler.wait(400);
  expect(await hashOf(ada)).toBe(changed);
});

test("a wrong password renews nothing", async () => {
  const ada = await person();
  const cheap = await cheapHash(ada.password);
  await store(ada, cheap);
  await api().post("/auth/login", { ...ada, password: "not this one" });
  await scheduler.wait(300);
  expect(await hashOf(ada)).toBe(cheap);
});
