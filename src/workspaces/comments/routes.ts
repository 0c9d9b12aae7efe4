import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { DocumentId } from "../documents/schema";
import { changeComment, createComment, deleteComment, resolveThread } from "./comments";
import * as shapes from "./schema";
import { listThreads } from "./threads";

export const documentComments = router("Documents");
export const comments = router("Documents");

const one = { auth: user, params: shapes.CommentId } as const;
const refusals = ["comment_not_found", "comment_not_yours", "version_mismatch"] as const;

documentComments.get(
  "/{id}/comments",
  "List the threads of comments",
  {
    auth: user,
    params: DocumentId,
    query: shapes.CommentQuery,
    list: shapes.Thread,
    throws: ["document_not_found", "document_unavailable", "invalid_cursor"],
  },
  ({ ctx, params, query }) => listThreads(ctx, params.id, query),
);

documentComments.post(
  "/{id}/comments",
  "Comment on a place in the text, or answer",
  {
    auth: user,
    params: DocumentId,
    body: shapes.NewComment,
    returns: { 201: shapes.Comment },
    throws: [
      "document_not_found",
      "document_unavailable",
      "comment_not_found",
      "comment_not_allowed",
    ],
  },
  ({ ctx, params, body }) => createComment(ctx, params.id, body),
);

comments.patch(
  "/{id}",
  "Change what a comment says",
  {
    ...one,
    body: shapes.CommentChange,
    returns: { 200: shapes.Comment },
    throws: [...refusals],
  },
  ({ ctx, params, body }) => changeComment(ctx, params.id, body.body),
);

comments.put(
  "/{id}/resolution",
  "Resolve or reopen a thread",
  {
    ...one,
    body: shapes.Resolution,
    returns: { 200: shapes.Comment },
    throws: [...refusals],
  },
  ({ ctx, params, body }) => resolveThread(ctx, params.id, body.resolved),
);

comments.delete(
  "/{id}",
  "Take back a comment",
  { ...one, returns: { 204: null }, throws: [...refusals] },
  ({ ctx, params }) => deleteComment(ctx, params.id),
);
