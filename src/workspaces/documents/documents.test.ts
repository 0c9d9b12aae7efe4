import { expect, test } from "vitest";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { createProject, join as joinProject } from "../projects/testing";

const create = (who: Person, projectId: string, path: string): Promise<Json> =>
  data(201, who.api.post(`/projects/${projectId}/documents`, { path }));

async function team() {
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const { id } = await createProject(ada);
  await joinProject(ada, id, bob, "viewer");
  return { ada, bob, eve, id, documents: `/projects/${id}/documents` };
}

test("a project is a tree of files in the order of their paths, each path once", async () => {
  const { ada, bob, id, documents } = await team();
  for (const path of ["src/main.ts", "README.md", "src/lib/a.py"]) await create(ada, id, path);
  const listed = await data(200, bob.api.get(documents));
  expect(listed.map(({ path, language }: Json) => [path, language])).toEqual([
    ["README.md", "markdown"],
    ["src/lib/a.py", "python"],
    ["src/main.ts", "typescript"],
  ]);
  const codes = async (path: string) => (await ada.api.post(documents, { path })).body.code;
  for (const path of ["src/main.ts", "src", "src/lib", "README.md/more"])
    expect([path, await codes(path)]).toEqual([path, "path_taken"]);
  for (const path of ["/etc/passwd", "../up", "a//b", "a/./b", "a\\b", "tab\tname", "a/", " x"])
    expect([path, await codes(path)]).toEqual([path, "invalid_request"]);
  await create(ada, id, "src0");
});

test("of 20 who create one path at once, one does", async () => {
  const { ada, documents } = await team();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ada.api.post(documents, { path: "one.md" })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(409)]);
});

test("viewers read and change nothing, strangers find nothing", async () => {
  const { ada, bob, eve, id, documents } = await team();
  const document = await create(ada, id, "notes.md");
  const path = `/documents/${document.id}`;
  await data(200, ada.api.put(`${path}/content`, { text: "one\n" }));
  await data(201, ada.api.post(`${path}/versions`, { name: "first" }));
  const writes = (who: Person) => [
    who.api.post(documents, { path: "more.md" }),
    who.api.patch(path, { path: "moved.md" }),
    who.api.delete(path),
    who.api.put(`${path}/content`, { text: "two\n" }),
    who.api.post(`${path}/versions`, { name: "second" }),
    who.api.post(`${path}/versions/1/restore`),
  ];
  const reads = (who: Person) => [
    who.api.get(documents),
    who.api.get(path),
    who.api.get(`${path}/content`),
    who.api.get(`${path}/export`),
    who.api.get(`${path}/versions`),
    who.api.get(`${path}/versions/1`),
    who.api.get(`${path}/versions/1/diff`),
    who.api.get(`${path}/history`),
    who.api.get(`${path}/verify`),
  ];
  for (const answer of writes(bob)) expect((await answer).body.code).toBe("project_role_required");
  for (const answer of reads(bob)) expect((await answer).status).toBe(200);
  for (const answer of [...reads(eve), ...writes(eve)]) expect((await answer).status).toBe(404);
  expect((await data(200, ada.api.get(`${path}/content`))).text).toBe("one\n");
});

test("a document is moved, deleted and restored, unless its path was taken meanwhile", async () => {
  const { ada, id, documents } = await team();
  const document = await create(ada, id, "draft.md");
  const path = `/documents/${document.id}`;
  await data(200, ada.api.put(`${path}/content`, { text: "kept" }));
  const moved = await data(200, ada.api.patch(path, { path: "src/final.md" }));
  expect(moved).toMatchObject({ path: "src/final.md", version: 2 });
  expect((await ada.api.patch(path, { path: "x.md" }, { "if-match": '"1"' })).status).toBe(412);
  await data(204, ada.api.delete(path));
  expect((await ada.api.delete(path)).status).toBe(404);
  expect((await ada.api.get(`${path}/content`)).status).toBe(404);
  expect(await data(200, ada.api.get(`${documents}?state=deleted`))).toHaveLength(1);
  const other = await create(ada, id, "src/final.md");
  expect((await ada.api.post(`${path}/restore`)).body.code).toBe("path_taken");
  await data(204, ada.api.delete(`/documents/${other.id}`));
  await data(200, ada.api.post(`${path}/restore`));
  expect((await data(200, ada.api.get(`${path}/content`))).text).toBe("kept");
  await data(204, ada.api.delete(`/projects/${id}`));
  expect((await ada.api.get(`${path}/content`)).status).toBe(404);
  expect((await ada.api.post(documents, { path: "late.md" })).status).toBe(404);
  await data(200, ada.api.post(`/projects/${id}/restore`));
  await data(200, ada.api.put(`${path}/content`, { text: "written again" }));
});

test("a text that is written merges with what others wrote since, and a stale If-Match is refused", async () => {
  const { ada, id } = await team();
  const { id: documentId } = await create(ada, id, "poem.md");
  const path = `/documents/${documentId}/content`;
  const first = await data(200, ada.api.put(path, { text: "one\ntwo\nthree\n" }));
  await data(200, ada.api.put(path, { text: "ONE\ntwo\nthree\n" }));
  const base = { etag: first.etag };
  await data(200, ada.api.put(path, { text: "one\ntwo\nTHREE\n", base }));
  const read = await ada.api.get(path);
  expect(read.data.text).toBe("ONE\ntwo\nTHREE\n");
  expect(read.headers.get("etag")).toBe(`"${read.data.etag}"`);
  const stale = await ada.api.put(path, { text: "late" }, { "if-match": `"${first.etag}"` });
  expect([stale.status, stale.body.code]).toEqual([412, "document_changed"]);
  expect(stale.headers.get("etag")).toBe(`"${read.data.etag}"`);
  await data(200, ada.api.put(path, { text: "now" }, { "if-match": `"${read.data.etag}"` }));
});

test("versions are kept, compared and restored; the history is told and proved", async () => {
  const { ada, id } = await team();
  const { id: documentId } = await create(ada, id, "main.ts");
  const path = `/documents/${documentId}`;
  await data(200, ada.api.put(`${path}/content`, { text: "let a = 1;\n" }));
  const kept = await data(201, ada.api.post(`${path}/versions`, { name: "before" }));
  expect(kept).toMatchObject({ version: 1, kind: "named", name: "before", author: ada.id });
  await data(200, ada.api.put(`${path}/content`, { text: "let a = 2;\n" }));
  const { diff } = await data(200, ada.api.get(`${path}/versions/1/diff`));
  expect(diff).toContain("-let a = 1;\n+let a = 2;");
  await data(200, ada.api.post(`${path}/versions/1/restore`));
  expect((await data(200, ada.api.get(`${path}/content`))).text).toBe("let a = 1;\n");
  expect((await ada.api.post(`${path}/versions/99/restore`)).body.code).toBe("version_not_found");
  const page = await ada.api.get(`${path}/history?limit=2`);
  expect(page.data).toHaveLength(2);
  const rest = await ada.api.get(`${path}/history?limit=2&cursor=${page.body.page.nextCursor}`);
  expect(rest.data[0].sequence).toBe(page.data[1].sequence - 1);
  expect(page.data[0]).toMatchObject({ kind: "restore", author: ada.id });
  const verdict = await data(200, ada.api.get(`${path}/verify`));
  expect(verdict).toMatchObject({ intact: true, head: { sequence: page.data[0].sequence } });
  const forged = await data(200, ada.api.get(`${path}/verify?sequence=1&hash=forged`));
  expect(forged).toMatchObject({ intact: false, broken: "anchor", sequence: 1 });
});

test("a document is exported as JSON, Markdown or the bare text", async () => {
  const { ada, id } = await team();
  const { id: documentId } = await create(ada, id, "main.ts");
  const path = `/documents/${documentId}`;
  await data(200, ada.api.put(`${path}/content`, { text: "const s = '```';" }));
  const json = await ada.api.get(`${path}/export`);
  expect(json.body).toMatchObject({ path: "main.ts", text: "const s = '```';" });
  const markdown = await ada.api.get(`${path}/export?format=markdown`);
  expect(markdown.body).toBe("````typescript\nconst s = '```';\n````\n");
  expect(markdown.headers.get("content-disposition")).toContain("main.ts.md");
  const text = await ada.api.get(`${path}/export?format=text`);
  expect(text.body).toBe("const s = '```';");
});
