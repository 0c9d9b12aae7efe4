import { problems } from "../../http/problem";

export const refuse = problems({
  item_not_found: [404, "Nothing that is for sale has this SKU or id."],
  line_not_found: [404, "This is not in your cart."],
  sku_ambiguous: [409, "Several merchants use this SKU: name the merchant or the variant's id."],
  cart_full: [409, "A cart holds a hundred different items; remove one first."],
  unknown_promotion_code: [422, "This code is not for anything in your cart."],
});
