import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { acceptInvitation } from "./acceptance";
import { listActivity } from "./activity";
import { createInvitation, listInvitations, withdrawInvitation } from "./invitations";
import { changeRole, listMembers, removeMember, transferProject } from "./members";
import {
  changeProject,
  createProject,
  deleteProject,
  listProjects,
  readProject,
  restoreProject,
} from "./projects";
import * as shapes from "./schema";

export const projects = router("Projects");
export const invitations = router("Projects");

const absent = "project_not_found";
const role = "project_role_required";
const one = { auth: user, params: shapes.ProjectId } as const;
const member = { auth: user, params: shapes.ProjectMemberId } as const;

projects.post(
  "/",
  "Create a project",
  { auth: user, body: shapes.NewProject, returns: { 201: shapes.Project } },
  ({ ctx, body }) => createProject(ctx, body),
);

projects.get(
  "/",
  "List one's projects",
  {
    auth: user,
    query: shapes.ProjectQuery,
    list: shapes.Project,
    throws: ["invalid_cursor"],
  },
  ({ ctx, query }) => listProjects(ctx, query),
);

projects.get(
  "/{id}",
  "Read a project",
  { ...one, returns: { 200: shapes.Project }, throws: [absent] },
  ({ ctx, params }) => readProject(ctx, params.id),
);

projects.patch(
  "/{id}",
  "Change a project",
  {
    ...one,
    body: shapes.ProjectChange,
    returns: { 200: shapes.Project },
    throws: [absent, role, "version_mismatch"],
  },
  ({ ctx, params, body }) => changeProject(ctx, params.id, body),
);

projects.delete(
  "/{id}",
  "Delete a project, for 30 days to be restored",
  { ...one, returns: { 204: null }, throws: [absent, role, "version_mismatch"] },
  ({ ctx, params }) => deleteProject(ctx, params.id),
);

projects.post(
  "/{id}/restore",
  "Restore a deleted project",
  { ...one, returns: { 200: shapes.Project }, throws: [absent, role] },
  ({ ctx, params }) => restoreProject(ctx, params.id),
);

projects.post(
  "/{id}/transfer",
  "Make another member owner in one's stead",
  {
    ...one,
    body: shapes.Transfer,
    returns: { 204: null },
    throws: [absent, role, "project_member_not_found", "last_project_owner"],
  },
  ({ ctx, params, body }) => transferProject(ctx, params.id, body.userId),
);

projects.get(
  "/{id}/activity",
  "Read who did what in a project",
  {
    ...one,
    query: PageQuery,
    list: shapes.Activity,
    throws: [absent, "invalid_cursor"],
  },
  ({ ctx, params, query }) => listActivity(ctx, params.id, query),
);

projects.get(
  "/{id}/members",
  "List the members of a project",
  {
    ...one,
    query: PageQuery,
    list: shapes.ProjectMember,
    throws: [absent, "invalid_cursor"],
  },
  ({ ctx, params, query }) => listMembers(ctx, params.id, query),
);

projects.patch(
  "/{id}/members/{userId}",
  "Change the role of a member",
  {
    ...member,
    body: shapes.RoleChange,
    returns: { 204: null },
    throws: [absent, role, "project_member_not_found", "last_project_owner"],
  },
  ({ ctx, params, body }) => changeRole(ctx, params.id, params.userId, body.role),
);

projects.delete(
  "/{id}/members/{userId}",
  "Remove a member or leave a project",
  {
    ...member,
    returns: { 204: null },
    throws: [absent, role, "project_member_not_found", "last_project_owner"],
  },
  ({ ctx, params }) => removeMember(ctx, params.id, params.userId),
);

projects.post(
  "/{id}/invitations",
  "Invite by mail or by link",
  {
    ...one,
    body: shapes.NewInvitation,
    returns: { 201: shapes.IssuedInvitation },
    throws: [absent, role],
  },
  ({ ctx, params, body }) => createInvitation(ctx, params.id, body),
);

projects.get(
  "/{id}/invitations",
  "List the open invitations",
  {
    ...one,
    query: PageQuery,
    list: shapes.Invitation,
    throws: [absent, role, "invalid_cursor"],
  },
  ({ ctx, params, query }) => listInvitations(ctx, params.id, query),
);

projects.delete(
  "/{id}/invitations/{invitationId}",
  "Withdraw an invitation",
  {
    auth: user,
    params: shapes.InvitationId,
    returns: { 204: null },
    throws: [absent, role, "invitation_not_found"],
  },
  ({ ctx, params }) => withdrawInvitation(ctx, params.id, params.invitationId),
);

invitations.post(
  "/accept",
  "Accept an invitation",
  {
    auth: user,
    body: shapes.Acceptance,
    returns: { 200: shapes.Project },
    throws: [
      "invitation_not_found",
      "invitation_over",
      "invitation_of_another",
      "already_project_member",
    ],
  },
  ({ ctx, body }) => acceptInvitation(ctx, body.token),
);
