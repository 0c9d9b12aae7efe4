import { z } from "zod";
import { PageQuery } from "../../http/page";
import { Email } from "../../identity/schema";
import { projectRoles } from "./roles";

export const ProjectRole = z.enum(projectRoles);

export const Project = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    viewersMayComment: z.boolean(),
    role: ProjectRole,
    deletedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Project" });
export type Project = z.output<typeof Project>;

const name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}+$/u, "Control characters are not allowed");
const description = z.string().trim().max(2_000);

export const NewProject = z
  .object({
    name,
    description: description.default(""),
    viewersMayComment: z.boolean().default(false),
  })
  .meta({ id: "NewProject" });
export type NewProject = z.output<typeof NewProject>;

export const ProjectChange = z
  .object({ name, description, viewersMayComment: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "ProjectChange" });
export type ProjectChange = z.output<typeof ProjectChange>;

export const ProjectQuery = PageQuery.extend({
  state: z.enum(["living", "deleted"]).default("living"),
});
export type ProjectQuery = z.output<typeof ProjectQuery>;

export const ProjectId = z.object({ id: z.uuid() });
export const ProjectMemberId = z.object({ id: z.uuid(), userId: z.uuid() });

export const ProjectMember = z
  .object({
    userId: z.uuid(),
    displayName: z.string(),
    role: ProjectRole,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "ProjectMember" });
export type ProjectMember = z.output<typeof ProjectMember>;

export const RoleChange = z.object({ role: ProjectRole }).meta({ id: "ProjectRoleChange" });
export const Transfer = z.object({ userId: z.uuid() }).meta({ id: "ProjectTransfer" });

export const NewInvitation = z
  .object({
    role: ProjectRole,
    email: Email.optional(),
    /** Hours. */
    lifetime: z.int().min(1).max(720).default(168),
  })
  .meta({ id: "NewProjectInvitation" });
export type NewInvitation = z.output<typeof NewInvitation>;

export const Invitation = z
  .object({
    id: z.uuid(),
    role: ProjectRole,
    email: z.string().nullable(),
    invitedBy: z.uuid(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "ProjectInvitation" });
export type Invitation = z.output<typeof Invitation>;

/** The token is told once, and only of a link: what is mailed proves the address. */
export const IssuedInvitation = Invitation.extend({
  token: z.string().nullable(),
  link: z.string().nullable(),
}).meta({ id: "IssuedProjectInvitation" });
export type IssuedInvitation = z.output<typeof IssuedInvitation>;

export const InvitationId = z.object({ id: z.uuid(), invitationId: z.uuid() });
export const Acceptance = z
  .object({ token: z.string().min(1).max(300) })
  .meta({ id: "ProjectInvitationAcceptance" });

export const Activity = z
  .object({
    id: z.uuid(),
    actorId: z.uuid().nullable(),
    actorName: z.string().nullable(),
    action: z.string(),
    targetType: z.string(),
    targetId: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "ProjectActivity" });
export type Activity = z.output<typeof Activity>;

/** `code` says why a file of the archive became no document. */
export const Imported = z
  .object({
    created: z.array(z.object({ id: z.uuid(), path: z.string() })),
    refused: z.array(
      z.object({
        path: z.string(),
        code: z.enum(["path_invalid", "path_taken", "not_text", "too_large", "too_many"]),
      }),
    ),
  })
  .meta({ id: "ProjectImport" });
export type Imported = z.output<typeof Imported>;
