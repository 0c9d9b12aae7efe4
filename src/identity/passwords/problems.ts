import { problems } from "../../http/problem";

export const refuse = problems({
  wrong_password: [403, "That is not your password."],
});
