import { z } from "zod";
import { PageQuery } from "../../http/page";

const Anchor = z.string().regex(/^[\w-]{1,400}$/);
const Range = z.object({ from: z.int().min(0), to: z.int().min(0) });

export const Comment = z
  .object({
    id: z.uuid(),
    documentId: z.uuid(),
    threadId: z.uuid().nullable(),
    authorId: z.uuid(),
    body: z.string(),
    mentions: z.array(z.string()),
    resolvedAt: z.iso.datetime().nullable(),
    resolvedBy: z.uuid().nullable(),
    deletedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Comment" });
export type Comment = z.output<typeof Comment>;

/** `range` is where the place is in the text as it is now; null for a remark on the whole. */
export const Thread = Comment.extend({
  anchor: z.object({ from: z.string(), to: z.string() }).nullable(),
  range: Range.nullable(),
  answers: z.array(Comment),
}).meta({ id: "CommentThread" });
export type Thread = z.output<typeof Thread>;

const body = z.string().trim().min(1).max(10_000);
const mentions = z.array(z.uuid()).max(20);

export const NewComment = z
  .object({
    body,
    mentions: mentions.default([]),
    /** The comment that it answers. */
    threadId: z.uuid().optional(),
    /** A place in the text as it is now, or one that the editor has named by relative positions. */
    range: Range.refine(({ from, to }) => from <= to, "ends before it begins").optional(),
    anchor: z.object({ from: Anchor, to: Anchor }).optional(),
  })
  .refine(({ threadId, range, anchor }) => !threadId || (!range && !anchor), {
    message: "an answer is where its thread is",
    path: ["threadId"],
  })
  .meta({ id: "NewComment" });
export type NewComment = z.output<typeof NewComment>;

export const CommentChange = z.object({ body }).meta({ id: "CommentChange" });
export const Resolution = z.object({ resolved: z.boolean() }).meta({ id: "CommentResolution" });
export const CommentId = z.object({ id: z.uuid() });
export const CommentQuery = PageQuery.extend({
  state: z.enum(["open", "resolved", "all"]).default("open"),
});
export type CommentQuery = z.output<typeof CommentQuery>;
