import { exports } from "cloudflare:workers";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { createProject, join } from "./testing";

async function send(who: Person, method: string, path: string, body?: Uint8Array<ArrayBuffer>) {
  const type = { "content-type": "application/zip" };
  const headers = {
    authorization: `Bearer ${who.token}`,
    "cf-connecting-ip": who.ip,
    ...(body && type),
  };
  const init = { method, headers, ...(body && { body }) };
  return exports.default.fetch(new Request(`https://rimlight.test/api/v1${path}`, init));
}

const upload = async (who: Person, projectId: string, archive: Uint8Array<ArrayBuffer>) => {
  const answer = await send(who, "POST", `/projects/${projectId}/import`, archive);
  return { status: answer.status, body: (await answer.json()) as Json };
};

const paths = (list: { path: string }[]) => list.map(({ path }) => path).toSorted();

test("what is imported from an archive is exported as one, byte for byte", async () => {
  const [ada, bob] = [await person(), await person()];
  const { id } = await createProject(ada);
  await join(ada, id, bob, "viewer");
  const files = { "README.md": "# Ünïcode 😀\r\n", "src/a.ts": "let a = 1;\n", "empty.txt": "" };
  const packed = zipSync({
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
    "folder/": new Uint8Array(),
    "../up.md": strToU8("out"),
    "picture.png": new Uint8Array([137, 80, 78, 71, 0, 255]),
    src: strToU8("a file where a folder is"),
  });
  expect((await upload(bob, id, packed)).body.code).toBe("project_role_required");
  const { body } = await upload(ada, id, packed);
  expect(paths(body.data.created)).toEqual(["README.md", "empty.txt", "src/a.ts"]);
  const codes = Object.fromEntries(body.data.refused.map(({ path, code }: Json) => [path, code]));
  expect(codes).toEqual({
    "../up.md": "path_invalid",
    "picture.png": "not_text",
    src: "path_taken",
  });
  const again = await upload(ada, id, packed);
  expect(again.body.data.created).toEqual([]);
  const answer = await send(bob, "GET", `/projects/${id}/export`);
  expect(answer.headers.get("content-type")).toBe("application/zip");
  const unpacked = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  expect(Object.fromEntries(Object.entries(unpacked).map(([n, b]) => [n, strFromU8(b)]))).toEqual(
    files,
  );
  const stranger = await send(await person(), "GET", `/projects/${id}/export`);
  expect([stranger.status, ((await stranger.json()) as Json).code]).toEqual([
    404,
    "project_not_found",
  ]);
});

test("what is no archive, or unpacks to too much, makes nothing", async () => {
  const ada = await person();
  const { id } = await createProject(ada);
  const noise = crypto.getRandomValues(new Uint8Array(3_000));
  expect((await upload(ada, id, noise)).body.code).toBe("archive_unreadable");
  const whole = zipSync({ "a.txt": strToU8("some text ".repeat(100)) });
  const half = await upload(ada, id, whole.slice(0, whole.length - 30));
  expect(half.body.code).toBe("archive_unreadable");
  const bomb = zipSync({ "bomb.txt": new Uint8Array(6 * 1_048_576).fill(97) });
  expect(bomb.length).toBeLessThan(20_000);
  expect((await upload(ada, id, bomb)).body.data).toEqual({
    created: [],
    refused: [{ path: "bomb.txt", code: "too_large" }],
  });
  const json = await ada.api.post(`/projects/${id}/import`, {});
  expect(json.status).toBe(415);
  expect(await data(200, ada.api.get(`/projects/${id}/documents`))).toEqual([]);
});
