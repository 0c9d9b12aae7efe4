/** Roles inside a project, each allowed all that the ones before it are. */
export const projectRoles = ["viewer", "collaborator", "owner"] as const;
export type ProjectRole = (typeof projectRoles)[number];
