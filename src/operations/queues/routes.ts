import { router } from "../../http/route";
import { admin, strictly } from "../../identity/guard";
import { listDeadLetters, retryDeadLetter } from "./deadLetters";
import { reportQueues } from "./report";
import { DeadLetter, DeadLetterId, DeadLetterQuery, QueueReport } from "./schema";

export const queues = router("Administration");

queues.get(
  "/",
  "See how the queues do: what waits, what fails, what died",
  { auth: strictly(admin), returns: { 200: QueueReport } },
  ({ ctx }) => reportQueues(ctx),
);

queues.get(
  "/dead",
  "List dead letters",
  { auth: strictly(admin), query: DeadLetterQuery, list: DeadLetter, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listDeadLetters(ctx, query),
);

queues.post(
  "/dead/{id}/retry",
  "Send a dead letter again",
  {
    auth: strictly(admin),
    params: DeadLetterId,
    returns: { 202: DeadLetter },
    throws: ["dead_letter_not_found"],
  },
  ({ ctx, params }) => retryDeadLetter(ctx, params.id),
);
