import { problems } from "../../http/problem";

export const refuse = problems({
  merchant_not_found: [404, "There is no such merchant, or you are not a member of it."],
  merchant_role_required: [403, "Your role in this merchant does not allow this."],
  person_not_found: [422, "There is no such person to add."],
  member_not_found: [404, "This person is not a member of the merchant."],
  last_owner: [409, "A merchant keeps at least one owner. Make somebody else owner first."],
  commission_is_set_by_administrators: [403, "Only an administrator changes the commission."],
});
