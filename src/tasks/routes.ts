import { cached } from "../http/cache";
import { PageQuery } from "../http/page";
import { router } from "../http/route";
import { admin, user } from "../identity/guard";
import { NewTask, Task, TaskChange, TaskFilter, TaskId } from "./schema";
import { changeTask, createTask, deleteTask, listTasks, readTask } from "./tasks";

export const tasks = router("Tasks");

const ListQuery = PageQuery.extend(TaskFilter.shape);

tasks.get(
  "/",
  "List tasks",
  { auth: user, query: ListQuery, list: Task, throws: ["invalid_cursor"] },
  ({ ctx, query }) =>
    cached(
      ctx,
      { key: `tasks:${JSON.stringify(query)}`, shared: true, tags: ["tasks"], seconds: 60 },
      () => listTasks(ctx, query),
    ),
);

tasks.post(
  "/",
  "Create a task",
  { auth: admin, body: NewTask, returns: { 201: Task }, throws: ["assignee_not_found"] },
  ({ ctx, body }) => createTask(ctx, body),
);

tasks.get(
  "/{id}",
  "Read a task",
  { auth: user, params: TaskId, returns: { 200: Task }, throws: ["task_not_found"] },
  ({ ctx, params }) => readTask(ctx, params.id),
);

tasks.patch(
  "/{id}",
  "Change a task",
  {
    auth: user,
    params: TaskId,
    body: TaskChange,
    returns: { 200: Task },
    throws: ["task_not_found", "assignee_not_found", "status_only", "version_mismatch"],
    description: "An administrator changes any field; the assignee may change `status`.",
  },
  ({ ctx, params, body }) => changeTask(ctx, params.id, body),
);

tasks.delete(
  "/{id}",
  "Delete a task",
  {
    auth: admin,
    params: TaskId,
    returns: { 204: null },
    throws: ["task_not_found", "version_mismatch"],
  },
  ({ ctx, params }) => deleteTask(ctx, params.id),
);
