import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { day } from "../../lib/time";
import { data } from "../../testing/api";
import { person } from "../../testing/people";
import { createProject } from "../projects/testing";
import { purgeDocuments } from "./purge";

test("30 days after it was deleted nothing of a document is left, and others stay", async () => {
  const ada = await person();
  const { id } = await createProject(ada);
  const ids: string[] = [];
  for (const path of ["gone.md", "kept.md"]) {
    const { id: documentId } = await data(201, ada.api.post(`/projects/${id}/documents`, { path }));
    ids.push(documentId);
    const comments = `/documents/${documentId}/comments`;
    await data(200, ada.api.put(`/documents/${documentId}/content`, { text: path }));
    const { id: threadId } = await data(201, ada.api.post(comments, { body: "Well" }));
    await data(201, ada.api.post(comments, { body: "Yes", threadId }));
  }
  await data(204, ada.api.delete(`/documents/${ids[0]}`));
  expect(await purgeDocuments(systemContext())).toBe(0);
  expect(await purgeDocuments(systemContext(), Date.now() + 31 * day)).toBe(1);
  const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n");
  expect(await Promise.all(["documents", "document_visits", "comments"].map(count))).toEqual([
    1, 1, 2,
  ]);
  const room = env.DOCUMENT_ROOM.getByName(ids[0]!);
  await runInDurableObject(room, (_, { storage }) => {
    const left = storage.sql.exec(
      "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'",
    );
    expect(left.toArray()).toEqual([]);
  });
  expect((await data(200, ada.api.get(`/documents/${ids[1]}/content`))).text).toBe("kept.md");
  await data(204, ada.api.delete(`/projects/${id}`));
  expect(await purgeDocuments(systemContext(), Date.now() + 31 * day)).toBe(1);
  expect(await count("documents")).toBe(0);
});
