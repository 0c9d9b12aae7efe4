import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { sha256 } from "../../lib/crypto";
import { person } from "../../testing/people";
import { linkOf } from "./oneTime";

const tokenOf = (userId: string) =>
  env.DB.prepare("SELECT * FROM one_time_tokens WHERE user_id = ?").bind(userId).first();

test("the link to verify an address is made when it is mailed, from what is not stored", async () => {
  const ada = await person();
  const row = await tokenOf(ada.id);
  expect(row).toMatchObject({ purpose: "verify_email", address: ada.email, used_at: null });
  expect(Number(row!.expires_at) - Number(row!.created_at)).toBe(86_400_000);
  const mailed = await linkOf(systemContext(), String(row!.id));
  expect(mailed!.address).toBe(ada.email);
  const [, id, secret] = /^https:\/\/rimlight\.test\/verify-email#token=([^.]+)\.([\w-]{43})$/.exec(
    mailed!.link,
  )!;
  expect(id).toBe(row!.id);
  expect(await sha256(secret!)).toBe(row!.hash);
});

test("no table holds the token, the password or a refresh token", async () => {
  const ada = await person({ password: "the-very-secret-password" });
  const { link } = (await linkOf(systemContext(), String((await tokenOf(ada.id))!.id)))!;
  const secrets = [
    link.split("#token=")[1]!.split(".")[1]!,
    ada.password,
    ada.token,
    ...ada.refreshToken.split(".").slice(2),
  ].filter((secret) => secret.length > 3);
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '[_s]*'",
  ).all<{ name: string }>();
  expect(tables.results.map(({ name }) => name)).toContain("users");
  for (const name of [...tables.results.map((table) => table.name), "sessions", "signing_keys"]) {
    const dump = JSON.stringify((await env.DB.prepare(`SELECT * FROM ${name}`).all()).results);
    for (const secret of secrets) expect(dump.includes(secret), name).toBe(false);
  }
});

test("a link that was used, has expired or never was, is not made again", async () => {
  const ada = await person();
  const row = await tokenOf(ada.id);
  const id = String(row!.id);
  expect(await linkOf(systemContext(), crypto.randomUUID())).toBeNull();
  expect(await linkOf(systemContext(), id, Number(row!.expires_at))).toBeNull();
  await env.DB.prepare("UPDATE one_time_tokens SET used_at = 1 WHERE id = ?").bind(id).run();
  expect(await linkOf(systemContext(), id)).toBeNull();
});
