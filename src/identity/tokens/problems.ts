import { problems } from "../../http/problem";

export const refuse = problems({
  link_expired: [410, "The link was used already, or is too old. Ask for a new one."],
  invalid_link: [422, "This is not a link that we mailed."],
});
