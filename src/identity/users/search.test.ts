import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";

const ada = await person();
const find = async (q: string, more = ""): Promise<Json[]> =>
  data(200, ada.api.get(`/users/search?q=${encodeURIComponent(q)}${more}`));
const namesOf = async (q: string, more = "") =>
  (await find(q, more)).map(({ displayName }) => displayName);
const named = (displayName: string) => person({ displayName });

test("a person is found by the beginning of any word of their name, whatever its case and accents", async () => {
  await named("Zoë Ångström-Łukasz");
  for (const q of ["zoe", "ZOË", "ang", "Ångström", "łuk", "zoe ang", "angstrom zoe"])
    expect([q, await namesOf(q)]).toEqual([q, ["Zoë Ångström-Łukasz"]]);
  for (const q of ["ngs", "zoe bob", "zoeang"]) expect([q, await namesOf(q)]).toEqual([q, []]);
});

test("whole words come before longer ones, and nobody comes twice", async () => {
  await named("Quirin Quirina");
  await named("Quirinus");
  await named("Quirin");
  const names = await namesOf("quirin");
  expect(names.toSorted()).toEqual(["Quirin", "Quirin Quirina", "Quirinus"].toSorted());
  expect(names.at(-1)).toBe("Quirinus");
  expect(await namesOf("quirin", "&limit=2")).toHaveLength(2);
});

test("an answer tells a name and a picture, and never an address", async () => {
  const bob = await named("Xaver Unique");
  expect(await find("xaver")).toEqual([
    { id: bob.id, displayName: "Xaver Unique", avatarUrl: null },
  ]);
  expect(await find(bob.email)).toEqual([]);
  expect(await find(bob.email.split("@")[0]!)).toEqual([]);
  const profile = await data(200, ada.api.get(`/users/${bob.id}`));
  expect(Object.keys(profile).toSorted()).toEqual(["avatarUrl", "createdAt", "displayName", "id"]);
});

test("people can be left out", async () => {
  const [one, two, three] = [
    await named("Wanda A"),
    await named("Wanda B"),
    await named("Wanda C"),
  ];
  expect(await namesOf("wanda", `&exclude=${one!.id},${three!.id}`)).toEqual([two!.displayName]);
});

test("a new name replaces the old one, unless the change is refused", async () => {
  const bob = await named("Former Formerly");
  const stale = { "if-match": '"7"' };
  const refused = await bob.api.patch("/auth/me", { displayName: "Nevermore" }, stale);
  expect(refused.body.code).toBe("version_mismatch");
  expect([await namesOf("nevermore"), await namesOf("formerly")]).toEqual([
    [],
    ["Former Formerly"],
  ]);
  await data(200, bob.api.patch("/auth/me", { displayName: "Latterly" }));
  expect([await namesOf("former"), await namesOf("latterly")]).toEqual([[], ["Latterly"]]);
  expect((await data(200, ada.api.get(`/users/${bob.id}`))).displayName).toBe("Latterly");
});

test("guests and suspended people are not found, and have no profile", async () => {
  const { user, accessToken } = await data(201, api().post("/auth/guest"));
  await data(200, api({ token: accessToken }).patch("/auth/me", { displayName: "Hidden One" }));
  const bob = await named("Hidden Two");
  await env.DB.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(bob.id).run();
  expect(await namesOf("hidden")).toEqual([]);
  for (const id of [user.id, bob.id, crypto.randomUUID()])
    expect((await ada.api.get(`/users/${id}`)).body.code).toBe("not_found");
  expect((await api({ token: accessToken }).get("/users/search?q=hidden")).status).toBe(403);
});

test.each([
  "",
  "?q=ab",
  "?q=%20%20ab%20",
  `?q=${"x".repeat(101)}`,
  "?q=abc&limit=0",
  "?q=abc&limit=51",
  "?q=abc&exclude=7",
  "?q=abc&limit=all",
])("a search like %s is refused", async (query) => {
  expect((await ada.api.get(`/users/search${query}`)).status).toBe(422);
});

test("hostile text is only text", async () => {
  for (const q of [
    '"**',
    "a* OR b",
    "%%%",
    "x' OR '1'='1",
    "\u0000\u0000\u0000",
    "😀😀😀",
    "-a NOT b",
  ])
    expect([q, (await find(q)).length]).toEqual([q, 0]);
});

test("a search walks the index and nothing else", async () => {
  const plan = await env.DB.prepare(
    `EXPLAIN QUERY PLAN SELECT u.id FROM user_words w JOIN users u ON u.id = w.user_id
     WHERE w.word >= 'a' AND w.word < 'b' ORDER BY w.word, w.user_id LIMIT 10`,
  ).all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail).join("\n")).not.toMatch(/SCAN|TEMP B-TREE/);
});
