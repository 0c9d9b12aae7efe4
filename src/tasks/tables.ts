import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { users } from "../identity/users/tables";

export const tasks = sqliteTable(
  "tasks",
  {
    id: text().primaryKey(),
    title: text().notNull(),
    description: text().notNull(),
    status: text({ enum: ["todo", "in_progress", "done"] }).notNull(),
    assigneeId: text("assignee_id").references(() => users.id),
    createdBy: text("created_by").notNull(),
    /** `never` if there is no date, so that one index sorts those tasks last. */
    dueAt: integer("due_at").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [
    check("tasks_status", sql`${t.status} IN ('todo', 'in_progress', 'done')`),
    index("tasks_by_status").on(t.status, t.id),
    index("tasks_by_assignee").on(t.assigneeId, t.status, t.id),
    index("tasks_of_assignee_by_due").on(t.assigneeId, t.dueAt, t.id),
    index("tasks_of_assignee").on(t.assigneeId, t.id),
    index("tasks_by_due").on(t.dueAt, t.id),
  ],
);

/** Later than every date that JSON and SQLite can count. */
export const never = Number.MAX_SAFE_INTEGER;

/** What the world sees of a task. */
export const taskView = {
  id: tasks.id,
  title: tasks.title,
  description: tasks.description,
  status: tasks.status,
  assigneeId: tasks.assigneeId,
  dueAt: tasks.dueAt,
  createdAt: tasks.createdAt,
  updatedAt: tasks.updatedAt,
  version: tasks.version,
};
