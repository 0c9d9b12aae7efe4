import { problems } from "../../http/problem";

export const refuse = problems({
  duplicate_rate: [422, "Two rates are for the same zone and category, or zone and currency."],
});
