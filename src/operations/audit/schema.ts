import { z } from "zod";
import { PageQuery } from "../../http/page";
import { breaks } from "./chain";

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
const name = z.string().regex(/^[A-Za-z][\w.-]{0,99}$/, "is no name of an action or a target");

const most = 32_000;

/** What an event must tell; its detail as the JSON that is hashed, in characters. */
export const AuditRecord = z.object({
  actorId: z.string().nullable(),
  action: name,
  targetType: name,
  targetId: z.string().min(1).max(200),
  detail: z
    .record(z.string(), z.unknown())
    .transform((detail) => JSON.stringify(detail))
    .refine((text) => text.length <= most, "is too long"),
});

export const AuditEntry = z
  .object({
    sequence: z.int(),
    id: z.string(),
    at: z.iso.datetime(),
    actorId: z.string().nullable(),
    action: z.string(),
    targetType: z.string(),
    targetId: z.string(),
    detail: z.record(z.string(), z.unknown()),
    requestId: z.string(),
    previousHash: z.string(),
    hash: z.string().meta({ description: "SHA-256 of the row and of the hash before it" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.output<typeof AuditEntry>;

export const AuditFilter = PageQuery.extend({
  actor: z.uuid().optional(),
  action: name.optional(),
  targetType: name.optional(),
  targetId: z.string().min(1).max(200).optional(),
  from: moment.optional(),
  to: moment.optional(),
})
  .refine(({ targetType, targetId }) => !targetType || targetId, {
    path: ["targetType"],
    message: "needs a targetId beside it",
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) <= Date.parse(to), {
    path: ["to"],
    message: "is before from",
  });
export type AuditFilter = z.output<typeof AuditFilter>;

export const ProofQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
});
export type ProofQuery = z.output<typeof ProofQuery>;

export const AuditProof = z
  .object({
    intact: z.boolean(),
    checked: z.int(),
    broken: z
      .object({ sequence: z.int(), reason: z.enum(breaks) })
      .nullable()
      .meta({ description: "the first row that is missing, changed or out of the chain" }),
    head: z.object({ sequence: z.int(), hash: z.string() }).nullable(),
    next: z.int().nullable().meta({ description: "`after` of the next call, if rows are left" }),
  })
  .meta({ id: "AuditProof" });
export type AuditProof = z.output<typeof AuditProof>;
