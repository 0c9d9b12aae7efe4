import { problems } from "../../http/problem";

export const refuse = problems({
  comment_not_found: [404, "There is no such comment, or you are not a member of its project."],
  comment_not_yours: [403, "Only its author may do this, or an owner of the project."],
  comment_not_allowed: [403, "Viewers comment only if the project allows it."],
});
