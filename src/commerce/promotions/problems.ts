import { problems } from "../../http/problem";

export const refuse = problems({
  promotion_not_found: [404, "There is no such promotion, or it is not yours to see."],
  code_taken: [409, "Another promotion has this code. Archive that one, or choose another code."],
  limit_below_use: [409, "The new limit or budget is below what is held or used already."],
});
