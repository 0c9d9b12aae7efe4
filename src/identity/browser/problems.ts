import { problems } from "../../http/problem";

export const refuse = problems({
  cross_site: [
    403,
    "A session in a cookie is only for pages of this very site that send X-Rimlight-Browser.",
  ],
});
