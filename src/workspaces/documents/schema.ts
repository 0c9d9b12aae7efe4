import { z } from "zod";
import { PageQuery } from "../../http/page";
import { normal } from "../../identity/schema";
import { projectRoles } from "../projects/roles";
import { normalizePath } from "./paths";

const Path = normal(512, normalizePath, "is not a path such as src/main.ts").meta({
  example: "src/main.ts",
});
const Language = z.string().regex(/^[a-z0-9+#.-]{1,40}$/);

export const Document = z
  .object({
    id: z.uuid(),
    projectId: z.uuid(),
    path: z.string(),
    language: z.string(),
    createdBy: z.uuid(),
    deletedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Document" });
export type Document = z.output<typeof Document>;

export const NewDocument = z
  .object({ path: Path, language: Language.optional() })
  .meta({ id: "NewDocument" });
export type NewDocument = z.output<typeof NewDocument>;

export const DocumentChange = z
  .object({ path: Path, language: Language })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "DocumentChange" });
export type DocumentChange = z.output<typeof DocumentChange>;

export const DocumentQuery = PageQuery.extend({
  state: z.enum(["living", "deleted"]).default("living"),
});
export type DocumentQuery = z.output<typeof DocumentQuery>;

export const DocumentId = z.object({ id: z.uuid() });
export const VersionId = z.object({ id: z.uuid(), version: z.coerce.number().int().min(1) });

export const Content = z
  .object({
    text: z.string(),
    etag: z.string(),
    generation: z.int(),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "DocumentContent" });
export type Content = z.output<typeof Content>;

export const NewContent = z
  .object({
    text: z.string().max(8 * 1_048_576),
    /** What the author started from; without it, the text as it is now. */
    base: z
      .union([z.object({ etag: z.string().max(60) }), z.object({ text: z.string() })])
      .optional(),
  })
  .meta({ id: "NewDocumentContent" });
export type NewContent = z.output<typeof NewContent>;

export const Written = z
  .object({ changed: z.boolean(), etag: z.string() })
  .meta({ id: "WrittenDocumentContent" });

export const Version = z
  .object({
    version: z.int(),
    kind: z.enum(["automatic", "named"]),
    name: z.string().nullable(),
    author: z.string().nullable(),
    revision: z.int(),
    bytes: z.int(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "DocumentVersion" });
export type Version = z.output<typeof Version>;

export const VersionText = Version.extend({ text: z.string() }).meta({ id: "DocumentVersionText" });
export const NewVersion = z
  .object({ name: z.string().trim().min(1).max(120) })
  .meta({ id: "NewDocumentVersion" });
export const DiffQuery = z.object({ to: z.coerce.number().int().min(1).optional() });
export const Diff = z.object({ diff: z.string() }).meta({ id: "DocumentDiff" });

export const Change = z
  .object({
    sequence: z.int(),
    kind: z.enum(["edit", "write", "restore", "generation", "version", "snapshot"]),
    author: z.string().nullable(),
    at: z.iso.datetime(),
    inserted: z.int(),
    deleted: z.int(),
    digest: z.string(),
    hash: z.string(),
  })
  .meta({ id: "DocumentChangeRecord" });
export type Change = z.output<typeof Change>;

/** Somebody who kept a head from earlier passes it: then not even a rewritten chain passes. */
export const AnchorQuery = z
  .object({ sequence: z.coerce.number().int().min(0), hash: z.string().max(60) })
  .partial();
export const Verdict = z
  .object({
    intact: z.boolean(),
    head: z.object({ sequence: z.int(), hash: z.string() }).nullable(),
    broken: z.enum(["chain", "update", "snapshot", "version", "anchor"]).nullable(),
    sequence: z.int().nullable(),
  })
  .meta({ id: "DocumentVerdict" });

export const ExportQuery = z.object({
  format: z.enum(["json", "markdown", "text"]).default("json"),
});

export const Presence = z
  .object({
    documentId: z.uuid(),
    path: z.string(),
    people: z.array(z.object({ userId: z.string(), name: z.string(), role: z.enum(projectRoles) })),
  })
  .meta({ id: "DocumentPresence" });
export type Presence = z.output<typeof Presence>;
