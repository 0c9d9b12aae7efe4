import { router } from "../../http/route";
import { admin, strictly } from "../guard";
import { UserId } from "../users/schema";
import { changeUser } from "./change";
import { impersonate } from "./impersonate";
import { AdminUser, Impersonation, ImpersonationRequest, UserChange, UserFilter } from "./schema";
import { listUsers, readUserAsAdmin } from "./users";

export const administration = router("Administration");

administration.get(
  "/",
  "List accounts",
  { auth: strictly(admin), query: UserFilter, list: AdminUser, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listUsers(ctx, query),
);

administration.get(
  "/{id}",
  "Read an account",
  { auth: strictly(admin), params: UserId, returns: { 200: AdminUser } },
  ({ ctx, params }) => readUserAsAdmin(ctx, params.id),
);

const change = {
  auth: strictly(admin),
  params: UserId,
  body: UserChange,
  returns: { 200: AdminUser },
  throws: ["version_mismatch", "last_super_admin", "conflict"],
  description: "Of somebody below oneself; super administrators also of each other.",
} as const;
administration.put("/{id}", "Change an account (as PATCH does)", change, ({ ctx, params, body }) =>
  changeUser(ctx, params.id, body),
);
administration.patch("/{id}", "Change an account", change, ({ ctx, params, body }) =>
  changeUser(ctx, params.id, body),
);

administration.post(
  "/{id}/impersonation",
  "See what somebody sees, for fifteen minutes",
  {
    auth: strictly(admin),
    params: UserId,
    body: ImpersonationRequest,
    returns: { 201: Impersonation },
    throws: ["conflict"],
    delegable: false,
    description:
      "The token opens neither what proves who the person is nor money nor administration. Signing out ends it.",
  },
  ({ ctx, params, body }) => impersonate(ctx, params.id, body.reason),
);
