import { problems } from "../../http/problem";

export const refuse = problems({
  variant_not_found: [404, "There is no such variant, or it is not your merchant's."],
  stock_below_held: [409, "Checkouts hold more than would be left. Wait until they end."],
});
