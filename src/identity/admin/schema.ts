import { z } from "zod";
import { PageQuery } from "../../http/page";
import { roles } from "../roles";
import { Profile } from "../schema";

const text = z
  .string()
  .trim()
  .max(320)
  .refine((text) => text.isWellFormed(), "has broken characters");

export const statuses = ["active", "suspended", "deleted"] as const;

export const AdminUser = Profile.extend({
  suspendedAt: z.iso.datetime().nullable(),
  deletedAt: z.iso.datetime().nullable(),
}).meta({ id: "AdminUser" });
export type AdminUser = z.output<typeof AdminUser>;

export const UserFilter = PageQuery.extend({
  q: text.optional().describe("The beginning of an address, or of each of some words of a name."),
  role: z.enum(roles).optional(),
  status: z.enum(statuses).optional(),
  isVerified: z.enum(["true", "false"]).optional(),
});
export type UserFilter = z.output<typeof UserFilter>;

/** Guests are made and unmade by themselves, so nobody is made one. */
const assignable = z.enum(roles).exclude(["visitor"]);

export const UserChange = z
  .object({
    role: assignable.describe("Below one's own."),
    isSuspended: z.boolean(),
    isVerified: z.boolean(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "UserChange" });
export type UserChange = z.output<typeof UserChange>;

export const ImpersonationRequest = z
  .object({ reason: text.min(5).max(200).describe("Why; it is kept in the audit log.") })
  .meta({ id: "ImpersonationRequest" });

export const Impersonation = z
  .object({
    accessToken: z.string().describe("Its claim `act` names the administrator (RFC 8693)."),
    expiresIn: z.int(),
    user: Profile,
  })
  .meta({ id: "Impersonation" });
export type Impersonation = z.output<typeof Impersonation>;
