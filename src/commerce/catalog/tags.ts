/** What cached answers of the catalogue depend on; whoever changes it invalidates these. */
export const tags = {
  /** Every list that is not of one merchant. */
  catalogue: "catalogue",
  categories: "categories",
  /** Its lists, its name and whether it is paused. */
  merchant: (id: string) => `merchant:${id}`,
  product: (id: string) => `product:${id}`,
};
