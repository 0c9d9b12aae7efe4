import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { documents } from "../documents/tables";

/** Remarks on a place in a document, and the answers to them. */
export const comments = sqliteTable(
  "comments",
  {
    id: text().primaryKey(),
    documentId: text("document_id")
      .notNull()
      .references(() => documents.id),
    /** The remark that it answers; null for one that begins a thread. */
    threadId: text("thread_id"),
    authorId: text("author_id")
      .notNull()
      .references(() => users.id),
    /** Empty once it was deleted. */
    body: text().notNull(),
    /** Relative positions, which stay where they are whatever is typed around them. */
    anchorFrom: text("anchor_from"),
    anchorTo: text("anchor_to"),
    /** Members who are called upon, as a JSON list of their ids. */
    mentions: text({ mode: "json" }).$type<string[]>().notNull(),
    resolvedAt: integer("resolved_at"),
    resolvedBy: text("resolved_by").references(() => users.id),
    deletedAt: integer("deleted_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    index("comments_threads").on(t.documentId, t.id).where(sql`${t.threadId} IS NULL`),
    index("comments_answers").on(t.threadId, t.id).where(sql`${t.threadId} IS NOT NULL`),
    check("comments_answer_has_no_anchor", sql`${t.threadId} IS NULL OR ${t.anchorFrom} IS NULL`),
  ],
);

export const commentView = {
  id: comments.id,
  documentId: comments.documentId,
  threadId: comments.threadId,
  authorId: comments.authorId,
  body: comments.body,
  anchorFrom: comments.anchorFrom,
  anchorTo: comments.anchorTo,
  mentions: comments.mentions,
  resolvedAt: comments.resolvedAt,
  resolvedBy: comments.resolvedBy,
  deletedAt: comments.deletedAt,
  createdAt: comments.createdAt,
  updatedAt: comments.updatedAt,
  version: comments.version,
};
