/** A draft is being prepared, an archived product is kept for the orders that name it. */
export const statuses = ["draft", "active", "archived"] as const;
export type ProductStatus = (typeof statuses)[number];

/** What happens to an order of more than is there: refused, owed, or never counted. */
export const oversells = ["deny", "backorder", "untracked"] as const;
