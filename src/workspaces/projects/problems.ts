import { problems } from "../../http/problem";

export const refuse = problems({
  project_not_found: [404, "There is no such project, or you are not a member of it."],
  project_role_required: [403, "Your role in this project does not allow this."],
  project_member_not_found: [404, "This person is not a member of the project."],
  last_project_owner: [409, "A project keeps at least one owner. Make somebody else owner first."],
  already_project_member: [409, "You are a member of this project already."],
  invitation_not_found: [404, "There is no such invitation."],
  invitation_over: [410, "The invitation was used or withdrawn, or it has expired."],
  invitation_of_another: [403, "The invitation was mailed to another address than yours."],
  archive_unreadable: [422, "The body is not a ZIP archive that we can read."],
  project_full: [409, "The project would have more documents than it may have."],
});
