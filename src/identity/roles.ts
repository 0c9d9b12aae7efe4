/** Roles on the platform, each allowed all that the ones before it are. */
export const roles = ["visitor", "user", "seller", "admin", "super_admin"] as const;
export type Role = (typeof roles)[number];

export const isAtLeast = (role: Role, least: Role) => roles.indexOf(role) >= roles.indexOf(least);
