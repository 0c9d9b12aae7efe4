import { problems } from "../../http/problem";

export const refuse = problems({
  too_many_keys: [409, "You have 50 API keys. Revoke one that you no longer use."],
});
