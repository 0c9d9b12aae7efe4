import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { newId } from "../../../lib/id";
import { api, data } from "../../../testing/api";
import { subjectsTo } from "../../../testing/mails";
import { type Authenticator, authenticator } from "../../../testing/passkey";
import { type Person, person } from "../../../testing/people";

const begin = (ada: Person) => data(200, ada.api.post("/auth/passkeys/register/options"));
const verify = (ada: Person, response: unknown, name?: unknown) =>
  ada.api.post("/auth/passkeys/register/verify", { response, ...(name !== undefined && { name }) });
const register = async (ada: Person, key: Authenticator, name = "My laptop") =>
  data(201, verify(ada, await key.create(await begin(ada)), name));

test("a passkey is registered, named, read and removed by its owner, who hears of it", async () => {
  const ada = await person();
  const eve = await person();
  const options = await begin(ada);
  expect(options).toMatchObject({
    rp: { id: "rimlight.test", name: "Rimlight" },
    user: { name: ada.email },
    excludeCredentials: [],
    attestation: "none",
  });
  const key = await authenticator();
  const passkey = await register(ada, key);
  expect(passkey).toEqual({
    id: expect.any(String),
    name: "My laptop",
    isDeviceBound: true,
    isBackedUp: false,
    createdAt: expect.any(String),
    lastUsedAt: null,
  });
  expect((await begin(ada)).excludeCredentials).toMatchObject([{ id: key.id }]);
  expect(await data(200, ada.api.get("/auth/passkeys"))).toEqual([passkey]);
  const path = `/auth/passkeys/${passkey.id}`;
  expect(await data(200, ada.api.patch(path, { name: "Work" }))).toMatchObject({ name: "Work" });
  expect((await data(200, ada.api.get(path))).name).toBe("Work");
  for (const answer of [
    eve.api.get(path),
    eve.api.patch(path, { name: "Mine" }),
    eve.api.delete(path),
  ])
    expect((await answer).status).toBe(404);
  expect(await data(200, eve.api.get("/auth/passkeys"))).toEqual([]);
  expect((await ada.api.delete(path)).status).toBe(204);
  expect((await ada.api.delete(path)).status).toBe(404);
  await subjectsTo(ada.email, "A passkey was added to your account");
  await subjectsTo(ada.email, "A passkey was removed from your account");
}, 20_000);

test("a challenge is good once, for its person, and for this use only", async () => {
  const [ada, eve] = [await person(), await person()];
  const options = await begin(ada);
  const foreign = await verify(eve, await (await authenticator()).create(options));
  expect([foreign.status, foreign.body.code]).toEqual([422, "passkey_refused"]);
  const responses = await Promise.all(
    Array.from({ length: 10 }, async () => (await authenticator()).create(options)),
  );
  const answers = await Promise.all(responses.map((response) => verify(ada, response)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const login = await data(200, api().post("/auth/passkeys/login/options", {}));
  const other = await (await authenticator()).create({ ...options, challenge: login.challenge });
  expect((await verify(ada, other)).body.code).toBe("passkey_refused");
});

test("what was made for another site, or is no registration, is refused", async () => {
  const ada = await person();
  const odd = [
    { origin: "https://rimlight.test.evil.example" },
    { origin: "http://rimlight.test" },
    { rpId: "evil.example" },
    { type: "webauthn.get" },
    { challenge: "AAAA" },
    { challenge: "" },
  ];
  for (const quirks of odd) {
    const response = await (await authenticator()).create(await begin(ada), quirks);
    const { status, body } = await verify(ada, response);
    expect([quirks, status, body.code]).toEqual([quirks, 422, "passkey_refused"]);
  }
  const good = await (await authenticator()).create(await begin(ada));
  const broken = [
    { ...good, response: { ...good.response, attestationObject: "AAAA" } },
    { ...good, response: { ...good.response, clientDataJSON: "AAAA" } },
    { ...good, id: "AAAA", rawId: "BBBB" },
  ];
  for (const response of broken)
    expect((await verify(ada, response)).body.code).toBe("passkey_refused");
  const shapes = [
    {},
    null,
    [],
    { ...good, type: "password" },
    { ...good, id: "a b" },
    { ...good, response: { ...good.response, attestationObject: "A".repeat(100_000) } },
  ];
  for (const response of shapes)
    expect((await verify(ada, response)).body.code).toBe("invalid_request");
  for (const name of ["", "\u202eevil", "x".repeat(81)])
    expect((await verify(ada, good, name)).body.errors[0].path).toBe("body.name");
  expect(await data(200, ada.api.get("/auth/passkeys"))).toEqual([]);
});

test("one authenticator belongs to one account, and an account has twenty at most", async () => {
  const [ada, eve] = [await person(), await person()];
  const key = await authenticator();
  await register(ada, key);
  const again = await verify(eve, await key.create(await begin(eve)));
  expect([again.status, again.body.code]).toEqual([409, "passkey_known"]);
  const ids = JSON.stringify(Array.from({ length: 18 }, () => newId()));
  await env.DB.prepare(
    `INSERT INTO passkeys SELECT value, ?1, value, '', 0, '[]', 0, 0, 'key', 0, NULL FROM json_each(?2)`,
  )
    .bind(ada.id, ids)
    .run();
  const responses = await Promise.all(
    Array.from({ length: 3 }, async () => (await authenticator()).create(await begin(ada))),
  );
  const answers = await Promise.all(responses.map((response) => verify(ada, response)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  const pages = await ada.api.get("/auth/passkeys?limit=15");
  expect(pages.data).toHaveLength(15);
  const rest = await ada.api.get(`/auth/passkeys?limit=15&cursor=${pages.body.page.nextCursor}`);
  expect([rest.data.length, rest.body.page.nextCursor]).toEqual([5, null]);
});
