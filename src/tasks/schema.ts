import { z } from "zod";

export const TaskStatus = z.enum(["todo", "in_progress", "done"]);

export const Task = z
  .object({
    id: z.uuid(),
    title: z.string(),
    description: z.string(),
    status: TaskStatus,
    assigneeId: z.uuid().nullable(),
    dueAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Task" });
export type Task = z.output<typeof Task>;

const title = z.string().trim().min(1).max(200);
const description = z.string().trim().max(10_000);
const dueAt = z.iso.datetime({ offset: true }).nullable();

export const NewTask = z
  .object({
    title,
    description: description.default(""),
    status: TaskStatus.default("todo"),
    assigneeId: z.uuid().nullable().default(null),
    dueAt: dueAt.default(null),
  })
  .meta({ id: "NewTask" });
export type NewTask = z.output<typeof NewTask>;

export const TaskChange = z
  .object({ title, description, status: TaskStatus, assigneeId: z.uuid().nullable(), dueAt })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "TaskChange" });
export type TaskChange = z.output<typeof TaskChange>;

export const TaskId = z.object({ id: z.uuid() });

export const TaskFilter = z.object({
  status: TaskStatus.optional(),
  assigneeId: z.uuid().optional(),
  sort: z.enum(["newest", "oldest", "due"]).default("newest"),
});
export type TaskFilter = z.output<typeof TaskFilter>;
