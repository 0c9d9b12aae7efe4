import { problems } from "../../http/problem";

export const refuse = problems({
  search_unavailable: [503, "Search is not reachable now. Lists and products are."],
});
