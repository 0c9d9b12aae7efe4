import { problems } from "../../http/problem";

export const refuse = problems({
  dead_letter_not_found: [404, "There is no such dead letter."],
});
