import { problems } from "../http/problem";

export const refuse = problems({
  task_not_found: [404, "There is no such task."],
  assignee_not_found: [422, "The assignee is not a person of this installation."],
  status_only: [403, "An assignee may change the status of a task, and nothing else."],
});
