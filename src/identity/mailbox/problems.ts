import { problems } from "../../http/problem";

export const refuse = problems({
  already_verified: [409, "The address of this account is verified already."],
});
