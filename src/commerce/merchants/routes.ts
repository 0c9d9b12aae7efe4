import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { listMembers, putMember, removeMember } from "./members";
import { changeMerchant, createMerchant, listMyMerchants, readMerchant } from "./merchants";
import {
  Member,
  MemberId,
  Merchant,
  MerchantChange,
  MerchantId,
  NewMember,
  NewMerchant,
} from "./schema";

export const merchants = router("Merchants");

merchants.post(
  "/",
  "Open a merchant",
  { auth: user, body: NewMerchant, returns: { 201: Merchant } },
  ({ ctx, body }) => createMerchant(ctx, body),
);

merchants.get(
  "/mine",
  "List the merchants one is a member of",
  { auth: user, query: PageQuery, list: Merchant, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listMyMerchants(ctx, query),
);

merchants.get(
  "/{id}",
  "Read a merchant",
  { auth: user, params: MerchantId, returns: { 200: Merchant }, throws: ["merchant_not_found"] },
  ({ ctx, params }) => readMerchant(ctx, params.id),
);

merchants.patch(
  "/{id}",
  "Change or pause a merchant",
  {
    auth: user,
    params: MerchantId,
    body: MerchantChange,
    returns: { 200: Merchant },
    throws: [
      "merchant_not_found",
      "merchant_role_required",
      "commission_is_set_by_administrators",
      "version_mismatch",
    ],
  },
  ({ ctx, params, body }) => changeMerchant(ctx, params.id, body),
);

merchants.get(
  "/{id}/members",
  "List the members",
  {
    auth: user,
    params: MerchantId,
    query: PageQuery,
    list: Member,
    throws: ["merchant_not_found", "invalid_cursor"],
  },
  ({ ctx, params, query }) => listMembers(ctx, params.id, query),
);

merchants.post(
  "/{id}/members",
  "Add a member or change a role",
  {
    auth: user,
    params: MerchantId,
    body: NewMember,
    returns: { 204: null },
    throws: ["merchant_not_found", "merchant_role_required", "person_not_found", "last_owner"],
  },
  ({ ctx, params, body }) => putMember(ctx, params.id, body),
);

merchants.delete(
  "/{id}/members/{userId}",
  "Remove a member or leave",
  {
    auth: user,
    params: MemberId,
    returns: { 204: null },
    throws: ["merchant_not_found", "merchant_role_required", "member_not_found", "last_owner"],
  },
  ({ ctx, params }) => removeMember(ctx, params.id, params.userId),
);
