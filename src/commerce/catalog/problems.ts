import { problems } from "../../http/problem";

export const refuse = problems({
  product_not_found: [404, "There is no such product, or it is not for sale."],
  category_not_found: [404, "There is no such category."],
  unknown_category: [422, "No category has this id or slug."],
  sku_taken: [409, "Another product of this merchant has a variant with this SKU."],
  merchant_required: [422, "You are a manager of no merchant, or of several: name merchantId."],
  slug_taken: [409, "Another category has this slug."],
  category_in_use: [409, "Products or other categories are in this category."],
  category_too_deep: [409, "A category cannot lie in itself, nor deeper than five levels."],
  review_needs_purchase: [403, "Only who bought this product may review it."],
  already_reviewed: [409, "You have reviewed this product."],
});
