import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { projectRoles } from "../projects/roles";
import { projects } from "../projects/tables";

/** The files of a project. What stands in them is in the room of that id. */
export const documents = sqliteTable(
  "documents",
  {
    id: text().primaryKey(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    path: text().notNull(),
    language: text().notNull(),
    createdBy: text("created_by")
      .notNull()
      .references(() => users.id),
    /** It can be restored for 30 days. */
    deletedAt: integer("deleted_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex("documents_path").on(t.projectId, t.path).where(sql`${t.deletedAt} IS NULL`),
    index("documents_deleted").on(t.projectId, t.id).where(sql`${t.deletedAt} IS NOT NULL`),
  ],
);

/**
 * Who ever came into which room. It is written in the transaction that reads the role, so that
 * whoever changes a role knows every room that may have heard of the old one.
 */
export const documentVisits = sqliteTable(
  "document_visits",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    documentId: text("document_id")
      .notNull()
      .references(() => documents.id),
    /** What the room was told of the membership. */
    role: text({ enum: projectRoles }).notNull(),
    epoch: integer().notNull(),
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.projectId, t.documentId] }),
    index("document_visits_of_project").on(t.projectId, t.documentId),
  ],
);

export const documentView = {
  id: documents.id,
  projectId: documents.projectId,
  path: documents.path,
  language: documents.language,
  createdBy: documents.createdBy,
  deletedAt: documents.deletedAt,
  createdAt: documents.createdAt,
  updatedAt: documents.updatedAt,
  version: documents.version,
};
