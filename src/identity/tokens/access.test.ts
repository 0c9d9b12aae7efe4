import { base64url, SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { newId } from "../../lib/id";
import { api } from "../../testing/api";
import { person } from "../../testing/people";
import { signingKey } from "./keyring";

const ada = await person();
const [header = "", payload = "", signature = ""] = ada.token.split(".");
const json = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)));
const spell = (value: unknown) => base64url.encode(JSON.stringify(value));
const claims = json(payload);
const { kid, key } = await signingKey(systemContext());
const now = () => Math.floor(Date.now() / 1_000);

/** A token signed with our own key, of which some things are not as ours are. */
const signed = (changed: object, head: object = {}, by: CryptoKey | Uint8Array = key) =>
  new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid, ...head })
    .sign(by);
const publicKeys = async () => (await api().get("//.well-known/jwks.json")).body.keys;

async function refused(token: string) {
  const { status, body, headers } = await api({ token }).get("/auth/me");
  expect([status, body.code]).toEqual([401, "invalid_token"]);
  expect(headers.get("www-authenticate")).toContain('error="invalid_token"');
}

test("a token says who, for which session, what for and for how long, and nothing else", async () => {
  expect(json(header)).toEqual({ alg: "EdDSA", typ: "at+jwt", kid });
  expect(claims).toEqual({
    iss: "https://rimlight.test",
    aud: "rimlight-api",
    sub: ada.id,
    sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    role: "user",
    scope: "api",
    uv: 1,
    iat: expect.any(Number),
    nbf: claims.iat,
    exp: claims.iat + 900,
  });
  expect((await api({ token: await signed({}) }).get("/auth/me")).status).toBe(200);
});

test("the public keys are there for anyone, without their private parts", async () => {
  const keys = await publicKeys();
  expect(keys.map((one: { kid: string }) => one.kid)).toContain(kid);
  for (const one of keys)
    expect(Object.keys(one).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
});

test("no signature is no token", async () => {
  await refused(new UnsecuredJWT(claims).encode());
  for (const alg of ["none", "None", "nOnE", ""])
    await refused(`${spell({ alg, typ: "at+jwt", kid })}.${payload}.`);
  await refused(`${header}.${payload}.`);
  await refused(`${header}.${payload}`);
});

test("the public key is no secret to sign with", async () => {
  const { x } = (await publicKeys()).find((one: { kid: string }) => one.kid === kid);
  for (const secret of [base64url.decode(x), new TextEncoder().encode(x)])
    await refused(await signed({}, { alg: "HS256" }, secret));
});

test("another key, or a key brought along, signs nothing", async () => {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
  await refused(await signed({}, {}, pair.privateKey));
  await refused(await signed({}, { jwk }, pair.privateKey));
  await refused(await signed({}, { jku: "https://evil.example/jwks.json" }, pair.privateKey));
  await refused(await signed({}, { kid: newId() }, pair.privateKey));
});

test("a header says what ours say and nothing more, whoever signed it", async () => {
  const { x } = (await publicKeys())[0];
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  for (const more of [{ jwk }, { jku: "https://rimlight.test/" }, { x5c: [] }, { b64: true }])
    await refused(await signed({}, more));
});

test("kid is a name, not a path, a query or a property", async () => {
  for (const odd of ["__proto__", "constructor", "../../dev/null", "' OR 1=1 --", "", 1, null, {}])
    await refused(`${spell({ alg: "EdDSA", typ: "at+jwt", kid: odd })}.${payload}.${signature}`);
  await refused(`${spell({ alg: "EdDSA", typ: "at+jwt" })}.${payload}.${signature}`);
  await refused(
    `${spell({ alg: "EdDSA", typ: "at+jwt", kid: "k".repeat(3_000) })}.${payload}.${signature}`,
  );
});

test("an edited payload is refused", async () => {
  for (const change of [
    { role: "super_admin" },
    { sub: newId() },
    { exp: now() + 9_000 },
    { uv: 9 },
  ])
    await refused(`${header}.${spell({ ...claims, ...change })}.${signature}`);
});

test("a token for somebody else's service, or of another kind, is refused", async () => {
  await refused(await signed({ aud: "another-api" }));
  await refused(await signed({ aud: undefined }));
  await refused(await signed({ iss: "https://evil.example" }));
  await refused(await signed({ iss: "https://rimlight.test/" }));
  await refused(await signed({}, { typ: "JWT" }));
  await refused(await signed({}, { typ: undefined }));
  await refused(
    await signed({}, { crit: ["exp"] }).catch(
      () => `${spell({ alg: "EdDSA", typ: "at+jwt", kid, crit: ["exp"] })}.${payload}.${signature}`,
    ),
  );
});

test("a token is good for its time only, even if it claims more", async () => {
  await refused(await signed({ iat: now() - 960, nbf: now() - 960, exp: now() - 60 }));
  await refused(await signed({ iat: now() - 960, nbf: now() - 960, exp: now() + 60 }));
  await refused(await signed({ nbf: now() + 60 }));
  await refused(await signed({ iat: now() + 60 }));
  await refused(await signed({ exp: undefined }));
});

test("a claim that is missing or of another type is refused", async () => {
  for (const name of ["sub", "sid", "iat", "nbf", "role", "scope", "uv"])
    await refused(await signed({ [name]: undefined }));
  await refused(await signed({ role: "root" }));
  await refused(await signed({ role: ["admin"] }));
  await refused(await signed({ uv: "1" }));
  await refused(await signed({ sid: { toString: 1 } }));
});

test("a token has one spelling", async () => {
  const last = signature.at(-1)!;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const next = alphabet[alphabet.indexOf(last) + 1]!;
  for (const token of [
    `${ada.token}=`,
    `${ada.token}==`,
    `${ada.token}.`,
    `${ada.token}%20`,
    `${ada.token}AAAA`,
    `${header}.${payload}.${signature.slice(0, -1)}${next}`,
    `${header}=.${payload}.${signature}`,
    `.${ada.token}`,
    ada.token.toUpperCase(),
  ])
    await refused(token);
  expect((await ada.api.get("/auth/me")).status).toBe(200);
});

test("a header of another shape carries no token", async () => {
  const answers = await Promise.all(
    [
      `Basic ${ada.token}`,
      `Bearer`,
      `Bearer ${ada.token} x`,
      `Bearer ${ada.token},x`,
      ada.token,
    ].map((authorization) => api().get("/auth/me", { authorization })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(401));
  const inUrl = await api().get(`/auth/me?access_token=${ada.token}`);
  expect(inUrl.body.code).toBe("authentication_required");
});

test("a huge token is refused without being read", async () => {
  const began = Date.now();
  await refused("a".repeat(100_000));
  await refused(`${header}.${"a".repeat(100_000)}.${signature}`);
  await refused(await signed({ filler: "a".repeat(4_000) }));
  expect(Date.now() - began).toBeLessThan(1_000);
});
