import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestHarness } from "wrangler";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { Json } from "../../testing/api";

/** The built Worker in the real runtime, over real sockets, with the client as npm has it. */
const server = createTestHarness({
  workers: [
    {
      configPath: "wrangler.toml",
      vars: { ENVIRONMENT: "development", LOG_LEVEL: "error", ANONYMOUS_LIMIT: "1000" },
      secrets: { RIMLIGHT_SECRETS: `v1:${btoa("a secret for tests, known to all")}` },
    },
  ],
});
let address: URL;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  ({ url: address } = await server.listen());
  for (const binding of ["DB", "SEARCH"])
    await server.getWorker("rimlight").applyD1Migrations(binding);
  ada = await person("ada@example.com");
  bob = await person("bob@example.com");
}, 120_000);
afterAll(() => server.close());

async function call(method: string, path: string, token?: string, body?: Json): Promise<Json> {
  const answer = await server.fetch(`/api/v1${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text).data : null;
}

type Person = { id: string; token: string };
async function person(email: string): Promise<Person> {
  const body = { email, password: "a quiet horse in the rain" };
  const { user, accessToken } = await call("POST", "/auth/register", undefined, body);
  return { id: user.id, token: accessToken };
}

async function team(role: string) {
  const { id } = await call("POST", "/projects", ada.token, { name: "Lighthouse" });
  const invite = `/projects/${id}/invitations`;
  const { token } = await call("POST", invite, ada.token, { role });
  await call("POST", "/invitations/accept", bob.token, { token });
  const path = { path: "notes.md" };
  const document = await call("POST", `/projects/${id}/documents`, ada.token, path);
  return { id, documentId: document.id as string };
}

function enter(documentId: string, token: string) {
  const codes: number[] = [];
  const doc = new Y.Doc();
  const url = `ws://${address.host}/api/v1/documents/${documentId}`;
  const provider = new WebsocketProvider(url, "socket", doc, {
    protocols: ["rimlight.v1", `bearer.${token}`],
    disableBc: true,
  });
  provider.on("connection-close", (event) => event && codes.push(event.code));
  return { doc, provider, codes, text: doc.getText("content") };
}

type Client = ReturnType<typeof enter>;
const leave = (...clients: Client[]) => {
  for (const { provider, doc } of clients) {
    provider.destroy();
    doc.destroy();
  }
};

async function until(what: () => unknown, within = 15_000): Promise<void> {
  for (const end = Date.now() + within; ; ) {
    if (await what()) return;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const contentOf = async (documentId: string, token: string): Promise<string> =>
  (await call("GET", `/documents/${documentId}/content`, token)).text;

test("two editors converge, see each other, and find each other again when sockets drop", async () => {
  const { documentId } = await team("collaborator");
  const [one, two] = [enter(documentId, ada.token), enter(documentId, bob.token)];
  await until(() => one.provider.synced && two.provider.synced);
  for (let i = 0; i < 50; i++) {
    one.text.insert(0, `a${i} `);
    two.text.insert(two.text.length, `b${i} `);
  }
  const isOne = () => one.text.length > 300 && one.text.toString() === two.text.toString();
  await until(isOne);
  one.provider.awareness.setLocalStateField("cursor", 7);
  const cursors = () => [...two.provider.awareness.getStates().values()].map((s) => s.cursor);
  await until(() => cursors().includes(7));
  const worker = server.getWorker("rimlight");
  await worker.evictDurableObject("DocumentRoom", { name: documentId, webSockets: "close" });
  await until(() => one.codes.length > 0 && two.codes.length > 0);
  one.text.insert(0, "typed while away ");
  await until(() => one.provider.synced && two.provider.synced && isOne());
  expect(two.text.toString()).toContain("typed while away ");
  await until(async () => (await contentOf(documentId, ada.token)) === one.text.toString());
  leave(one, two);
});

test("a viewer reads what others write, and writes nothing", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { documentId } = await team("viewer");
  const [writer, reader] = [enter(documentId, ada.token), enter(documentId, bob.token)];
  await until(() => writer.provider.synced && reader.provider.synced);
  reader.text.insert(0, "not allowed ");
  writer.text.insert(0, "for all");
  await until(() => reader.text.length === "not allowed for all".length);
  expect(await contentOf(documentId, ada.token)).toBe("for all");
  expect(writer.text.toString()).toBe("for all");
  expect(warned.mock.calls.join()).toContain("Permission denied");
  leave(writer, reader);
});

test("who is removed is out at once, and the client does not try again", async () => {
  const { id, documentId } = await team("collaborator");
  const client = enter(documentId, bob.token);
  await until(() => client.provider.synced);
  await call("DELETE", `/projects/${id}/members/${bob.id}`, ada.token);
  await until(() => client.codes.length > 0);
  client.text.insert(0, "too late");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(client.codes).toEqual([4403]);
  expect(await contentOf(documentId, ada.token)).toBe("");
  leave(client);
});
