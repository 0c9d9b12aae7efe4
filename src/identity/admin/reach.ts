import { and, eq, inArray, isNull, ne, or, sql } from "drizzle-orm";
import type { Context } from "../../data/context";
import { type Role, roles } from "../roles";
import { users } from "../users/tables";

/** The roles below this one. */
export const below = (role: Role) => roles.slice(0, roles.indexOf(role));

/** For a WHERE clause: somebody whom the administrator who asks may change. */
export const isWithinReach = ({ actor }: Context) =>
  or(
    inArray(users.role, below(actor.role)),
    actor.role === "super_admin" ? eq(users.role, "super_admin") : undefined,
  );

/** Accounts that somebody can still sign in to. */
export const isLiving = and(
  isNull(users.suspendedAt),
  isNull(users.deletedAt),
  isNull(users.mergedInto),
);

/** For a WHERE clause: without this person there is a super administrator left. */
export const isDispensable = or(
  ne(users.role, "super_admin"),
  sql`EXISTS (SELECT 1 FROM users other WHERE other.role = 'super_admin' AND other.id <> ${users.id}
    AND other.suspended_at IS NULL AND other.deleted_at IS NULL)`,
);
