import { problems } from "../../http/problem";

export const refuse = problems({
  flag_not_found: [404, "There is no flag of this name."],
  flag_type_kept: [409, "A flag keeps its type: what reads it would break."],
});
