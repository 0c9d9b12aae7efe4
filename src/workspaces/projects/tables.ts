import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../../identity/users/tables";
import { projectRoles } from "./roles";

export const projects = sqliteTable(
  "projects",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    description: text().notNull(),
    viewersMayComment: integer("viewers_may_comment", { mode: "boolean" }).notNull(),
    /** It can be restored for 30 days. */
    deletedAt: integer("deleted_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [index("projects_deleted").on(t.deletedAt).where(sql`${t.deletedAt} IS NOT NULL`)],
);

export const projectMembers = sqliteTable(
  "project_members",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** Null once the person has left: the row stays, so that the epoch never falls. */
    role: text({ enum: projectRoles }),
    /** Every change of this membership is one higher, also when somebody comes back. */
    epoch: integer().notNull().default(1),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.userId] }),
    index("project_members_by_user").on(t.userId, t.projectId),
    check("project_members_role", sql`${t.role} IN ('viewer', 'collaborator', 'owner')`),
    check("project_members_epoch", sql`${t.epoch} > 0`),
  ],
);

export const projectInvitations = sqliteTable(
  "project_invitations",
  {
    id: text().primaryKey(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    role: text({ enum: projectRoles }).notNull(),
    /** Only the account of this address may accept; null for a link that anybody may. */
    email: text(),
    invitedBy: text("invited_by")
      .notNull()
      .references(() => users.id),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    acceptedAt: integer("accepted_at"),
    acceptedBy: text("accepted_by").references(() => users.id),
  },
  (t) => [
    index("project_invitations_open")
      .on(t.projectId, t.id)
      .where(sql`${t.acceptedAt} IS NULL AND ${t.revokedAt} IS NULL`),
    check("project_invitations_role", sql`${t.role} IN ('viewer', 'collaborator', 'owner')`),
  ],
);

export const activity = sqliteTable(
  "activity",
  {
    id: text().primaryKey(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    actorId: text("actor_id").references(() => users.id),
    action: text().notNull(),
    targetType: text("target_type").notNull(),
    targetId: text("target_id").notNull(),
    detail: text({ mode: "json" })
      .$type<Record<string, string | number | boolean | null>>()
      .notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("activity_of_project").on(t.projectId, t.id)],
);

export const projectView = {
  id: projects.id,
  name: projects.name,
  description: projects.description,
  viewersMayComment: projects.viewersMayComment,
  deletedAt: projects.deletedAt,
  createdAt: projects.createdAt,
  updatedAt: projects.updatedAt,
  version: projects.version,
};
