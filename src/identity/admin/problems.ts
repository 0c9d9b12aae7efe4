import { problems } from "../../http/problem";

export const refuse = problems({
  last_super_admin: [409, "This is the last super administrator; make another one first."],
});
