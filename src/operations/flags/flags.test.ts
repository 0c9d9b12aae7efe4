import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";

let admin: Person;
let ada: Person;
beforeAll(async () => {
  [admin, ada] = [await person({ role: "admin" }), await person()];
});

const toggle = {
  type: "boolean",
  enabled: true,
  variants: { on: true, off: false },
  offVariant: "off",
  otherwise: { variant: "on" },
};
const half = {
  split: [
    { variant: "on", percent: 50 },
    { variant: "off", percent: 50 },
  ],
};
let made = 0;
async function flag(more: object = {}): Promise<string> {
  made += 1;
  await data(200, admin.api.put(`/admin/flags/flag-${made}`, { ...toggle, ...more }));
  return `flag-${made}`;
}
const one = (key: string, context?: object, who = api()) =>
  who.post(`/ofrep/v1/evaluate/flags/${key}`, { context });

async function flagsOf(who = api(), query = ""): Promise<Record<string, Json>> {
  const list = await data(200, who.get(`/flags${query}`));
  return Object.fromEntries(list.map((flag: Json) => [flag.key, flag]));
}

test("a flag is made, changed, read and deleted, and each change is in the audit", async () => {
  const key = await flag({ description: "A look" });
  const flags = `/admin/flags/${key}`;
  expect(await data(200, admin.api.get(flags))).toMatchObject({ ...toggle, key, version: 1 });
  const changed = await admin.api.put(flags, { ...toggle, enabled: false });
  expect([changed.headers.get("etag"), changed.data.enabled]).toEqual(['"2"', false]);
  expect((await flagsOf())[key]).toMatchObject({ value: false, reason: "DISABLED" });
  const listed = await data(200, admin.api.get("/admin/flags?limit=100"));
  expect(listed.map((item: Json) => item.key)).toContain(key);
  expect((await admin.api.delete(flags)).status).toBe(204);
  expect((await admin.api.get(flags)).body.code).toBe("flag_not_found");
  expect((await admin.api.delete(flags)).body.code).toBe("flag_not_found");
  expect((await flagsOf())[key]).toBeUndefined();
  await vi.waitFor(
    async () => {
      const told = await data(200, admin.api.get(`/admin/audit?targetId=${key}&limit=10`));
      expect(told.map((entry: Json) => entry.action)).toEqual([
        "flag.deleted",
        "flag.set",
        "flag.set",
      ]);
    },
    { timeout: 12_000, interval: 100 },
  );
});

test("to say that it is on or off makes a plain switch", async () => {
  const made = await data(200, admin.api.put("/admin/flags/plain", { enabled: true }));
  expect(made).toMatchObject({ ...toggle, rules: [], version: 1 });
});

test("of twenty changes of one version one is made", async () => {
  const path = `/admin/flags/${await flag()}`;
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => admin.api.put(path, toggle, { "if-match": '"1"' })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  expect((await data(200, admin.api.get(path))).version).toBe(2);
  const absent = await admin.api.put("/admin/flags/absent", toggle, { "if-match": '"1"' });
  expect(absent.body.code).toBe("flag_not_found");
});

test("only administrators see and change how flags are made", async () => {
  const path = `/admin/flags/${await flag()}`;
  for (const answer of [await ada.api.get(path), await ada.api.put(path, toggle)])
    expect(answer.status).toBe(403);
});

test("each sees the flags as they are for them", async () => {
  const project = crypto.randomUUID();
  const rules = [
    { when: { userIds: [ada.id] }, serve: { variant: "on" } },
    { when: { roles: ["admin"] }, serve: { variant: "on" } },
    { when: { projectIds: [project] }, serve: { variant: "on" } },
  ];
  const key = await flag({ otherwise: { variant: "off" }, rules });
  expect((await flagsOf())[key]).toMatchObject({ value: false, reason: "STATIC" });
  expect((await flagsOf((await person()).api))[key].value).toBe(false);
  expect((await flagsOf(ada.api))[key]).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  expect((await flagsOf(admin.api))[key].value).toBe(true);
  expect((await flagsOf(api(), `?projectId=${project}`))[key].value).toBe(true);
  expect(JSON.stringify(await flagsOf())).not.toContain(ada.id);
});

test("OFREP evaluates one flag, or says why it cannot", async () => {
  const key = await flag({ otherwise: half });
  const answer = await one(key, { targetingKey: "somebody", plan: { any: "thing" } });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ key, reason: "SPLIT", value: expect.any(Boolean) });
  expect(Object.keys(answer.body).toSorted()).toEqual(["key", "reason", "value", "variant"]);
  const unkeyed = await one(key);
  expect([unkeyed.status, unkeyed.body.errorCode]).toEqual([400, "TARGETING_KEY_MISSING"]);
  const unknown = await one("no-such-flag", { targetingKey: "x" });
  expect([unknown.status, unknown.body]).toMatchObject([
    404,
    { key: "no-such-flag", errorCode: "FLAG_NOT_FOUND" },
  ]);
});

test("OFREP evaluates all flags, and answers 304 while nothing changed", async () => {
  const key = await flag();
  const ask = (more = {}) =>
    api().post("/ofrep/v1/evaluate/flags", { context: { targetingKey: "somebody" } }, more);
  const first = await ask();
  expect(first.body.flags).toContainEqual({ key, value: true, variant: "on", reason: "STATIC" });
  const held = { "if-none-match": first.headers.get("etag") };
  expect(await ask(held)).toMatchObject({ status: 304, body: "" });
  await data(200, admin.api.put(`/admin/flags/${key}`, { ...toggle, enabled: false }));
  expect((await ask(held)).status).toBe(200);
});

test("only an administrator's server speaks for others", async () => {
  const rules = [{ when: { roles: ["super_admin"] }, serve: { variant: "on" } }];
  const key = await flag({ otherwise: { variant: "off" }, rules });
  const forged = { targetingKey: ada.id, role: "super_admin", userId: ada.id };
  expect((await one(key, forged)).body.value).toBe(false);
  expect((await one(key, forged, ada.api)).body.value).toBe(false);
  expect((await one(key, forged, admin.api)).body.value).toBe(true);
});

test("a warm isolate evaluates without a round trip", async () => {
  await flag();
  const client = api();
  await flagsOf(client);
  const get = vi.spyOn(env.CACHE, "get");
  const { headers } = await client.get("/flags");
  expect(headers.get("server-timing")).toContain("trips=0");
  expect(get).not.toHaveBeenCalled();
  get.mockRestore();
});

test.each([
  [{ otherwise: { variant: "maybe" } }, "body.otherwise"],
  [{ offVariant: "maybe" }, "body.offVariant"],
  [{ variants: { on: true, off: "no" } }, "body.variants.off"],
  [{ otherwise: { split: [{ variant: "on", percent: 99.99 }] } }, "body.otherwise"],
  [{ rules: [{ when: {}, serve: { variant: "on" } }] }, "body.rules.0.when"],
  [
    {
      rules: [
        { when: { roles: ["user", "admin"] }, serve: { variant: "on" } },
        { when: { roles: ["admin", "user"] }, serve: { variant: "off" } },
      ],
    },
    "body.rules.1.when",
  ],
  [{ rules: [{ when: { country: "NL" }, serve: { variant: "on" } }] }, "body.rules.0.when"],
])("rules that contradict are refused: %j names %s", async (more, path) => {
  const answer = await admin.api.put("/admin/flags/contradiction", { ...toggle, ...more });
  expect(answer.status).toBe(422);
  const paths = answer.body.errors.map((error: Json) => error.path);
  expect([...new Set(paths)]).toEqual([path]);
});

test("a value that is nested too deep is refused", async () => {
  const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
  const text = JSON.stringify({ ...toggle, type: "json", variants: { on: [0], off: [] } });
  const answer = await admin.api.put("/admin/flags/deep", text.replace("[0]", deep));
  expect([answer.status, answer.body.errors?.[0].path]).toEqual([422, "body.variants"]);
});

test("a flag keeps its type", async () => {
  const path = `/admin/flags/${await flag()}`;
  const other = { ...toggle, type: "string", variants: { on: "yes", off: "no" } };
  const answer = await admin.api.put(path, other);
  expect([answer.status, answer.body.code]).toEqual([409, "flag_type_kept"]);
});
