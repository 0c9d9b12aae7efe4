/**
 * Roles inside a merchant, each allowed all that the ones before it are: staff keep stock and
 * ship, managers keep the catalogue, promotions and refunds, owners keep the merchant itself.
 */
export const merchantRoles = ["staff", "manager", "owner"] as const;
export type MerchantRole = (typeof merchantRoles)[number];
