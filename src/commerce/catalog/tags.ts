/** What cached answers of the catalogue depend on; whoever changes it invalidates these. */
export const tags = {
  /** Every list that is not of one merchant. */
  catalogue: "catalogue",
  categories: "categories",
  /** The name of any merchant, and whether it is paused. */
  merchants: "merchants",
  /** The lists of one merchant. */
  merchant: (id: string) => `merchant:${id}`,
  /** A list, of one merchant or of all. */
  list: (merchantId?: string): string => (merchantId ? tags.merchant(merchantId) : tags.catalogue),
  product: (id: string) => `product:${id}`,
};
