import { z } from "zod";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { exportProject } from "../projects/archive";
import { archiveIn, importProject } from "../projects/importing";
import { readPresence } from "../projects/presence";
import { Imported } from "../projects/schema";
import * as files from "./documents";
import { refuse } from "./problems";
import * as past from "./revisions";
import * as shapes from "./schema";
import { openSocket } from "./socket";
import * as texts from "./texts";

export const projectDocuments = router("Documents");
export const documents = router("Documents");

const absent = "document_not_found";
const role = "project_role_required";
const one = { auth: user, params: shapes.DocumentId } as const;
const version = { auth: user, params: shapes.VersionId } as const;
const room = [absent, "document_unavailable"] as const;

projectDocuments.post(
  "/{id}/documents",
  "Create a document",
  {
    ...one,
    body: shapes.NewDocument,
    returns: { 201: shapes.Document },
    throws: ["project_not_found", role, "path_taken", "too_many_documents"],
  },
  ({ ctx, params, body }) => files.createDocument(ctx, params.id, body),
);

projectDocuments.get(
  "/{id}/documents",
  "List the documents of a project",
  {
    ...one,
    query: shapes.DocumentQuery,
    list: shapes.Document,
    throws: ["project_not_found", "invalid_cursor"],
  },
  ({ ctx, params, query }) => files.listDocuments(ctx, params.id, query),
);

projectDocuments.get(
  "/{id}/presence",
  "See who is in which document",
  { ...one, returns: { 200: z.array(shapes.Presence) }, throws: ["project_not_found"] },
  ({ ctx, params }) => readPresence(ctx, params.id),
);

projectDocuments.get(
  "/{id}/export",
  "Export a project as a ZIP archive",
  { ...one, raw: "application/zip", throws: ["project_not_found", "document_unavailable"] },
  ({ ctx, params }) => exportProject(ctx, params.id),
);

projectDocuments.post(
  "/{id}/import",
  "Make documents of the files in a ZIP archive",
  {
    ...one,
    upload: "application/zip",
    maxBody: 10 * 1_048_576,
    returns: { 200: Imported },
    throws: [
      "project_not_found",
      role,
      "unsupported_media_type",
      "archive_unreadable",
      "project_full",
      "document_unavailable",
      "document_too_large",
    ],
  },
  async ({ ctx, params, c }) => importProject(ctx, params.id, await archiveIn(c.req.raw)),
);

documents.get(
  "/{id}",
  "Read about a document",
  { ...one, returns: { 200: shapes.Document }, throws: [absent] },
  ({ ctx, params }) => files.readDocument(ctx, params.id),
);

documents.patch(
  "/{id}",
  "Move or rename a document",
  {
    ...one,
    body: shapes.DocumentChange,
    returns: { 200: shapes.Document },
    throws: [absent, role, "path_taken", "version_mismatch"],
  },
  ({ ctx, params, body }) => files.changeDocument(ctx, params.id, body),
);

documents.delete(
  "/{id}",
  "Delete a document, for 30 days to be restored",
  { ...one, returns: { 204: null }, throws: [absent, role, "version_mismatch"] },
  ({ ctx, params }) => files.deleteDocument(ctx, params.id),
);

documents.post(
  "/{id}/restore",
  "Restore a deleted document",
  { ...one, returns: { 200: shapes.Document }, throws: [absent, role, "path_taken"] },
  ({ ctx, params }) => files.restoreDocument(ctx, params.id),
);

documents.get(
  "/{id}/content",
  "Read the text of a document",
  { ...one, returns: { 200: shapes.Content }, throws: [...room] },
  ({ ctx, params }) => texts.readContent(ctx, params.id),
);

documents.put(
  "/{id}/content",
  "Write the text of a document, merged with what others type",
  {
    ...one,
    body: shapes.NewContent,
    maxBody: 20 * 1_048_576,
    returns: { 200: shapes.Written },
    throws: [...room, role, "document_changed", "base_unknown", "document_too_large"],
  },
  ({ ctx, params, body }) => texts.writeContent(ctx, params.id, body),
);

documents.get(
  "/{id}/export",
  "Export a document as a file",
  { ...one, query: shapes.ExportQuery, raw: "application/octet-stream", throws: [...room] },
  ({ ctx, params, query }) => texts.exportDocument(ctx, params.id, query.format),
);

documents.get(
  "/{id}/versions",
  "List the versions of a document",
  { ...one, query: PageQuery, list: shapes.Version, throws: [absent, "invalid_cursor"] },
  ({ ctx, params, query }) => past.listVersions(ctx, params.id, query),
);

documents.post(
  "/{id}/versions",
  "Keep the text as a named version",
  {
    ...one,
    body: shapes.NewVersion,
    returns: { 201: shapes.Version },
    throws: [...room, role, "too_many_versions"],
  },
  ({ ctx, params, body }) => past.createVersion(ctx, params.id, body.name),
);

documents.get(
  "/{id}/versions/{version}",
  "Read a version of a document",
  {
    ...version,
    returns: { 200: shapes.VersionText },
    throws: [...room, "version_not_found", "version_corrupt"],
  },
  ({ ctx, params }) => past.readVersion(ctx, params.id, params.version),
);

documents.get(
  "/{id}/versions/{version}/diff",
  "Compare a version with another or with the present",
  {
    ...version,
    query: shapes.DiffQuery,
    returns: { 200: shapes.Diff },
    throws: [...room, "version_not_found", "version_corrupt"],
  },
  ({ ctx, params, query }) => past.diffVersions(ctx, params.id, params.version, query.to),
);

documents.post(
  "/{id}/versions/{version}/restore",
  "Restore a version as a forward edit",
  {
    ...version,
    returns: { 200: shapes.Written },
    throws: [...room, role, "version_not_found", "version_corrupt", "document_too_large"],
  },
  ({ ctx, params }) => past.restoreVersion(ctx, params.id, params.version),
);

documents.get(
  "/{id}/history",
  "Read who changed what and when",
  { ...one, query: PageQuery, list: shapes.Change, throws: [absent, "invalid_cursor"] },
  ({ ctx, params, query }) => past.listHistory(ctx, params.id, query),
);

documents.get(
  "/{id}/verify",
  "Prove that the history is unbroken",
  { ...one, query: shapes.AnchorQuery, returns: { 200: shapes.Verdict }, throws: [absent] },
  ({ ctx, params, query }) => past.verifyHistory(ctx, params.id, query),
);

documents.hono.get("/:id/socket", (c) => {
  const id = z.uuid().safeParse(c.req.param("id"));
  if (!id.success) throw refuse(absent);
  return openSocket(c, id.data);
});
