import { z } from "zod";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import {
  changePromotion,
  createPromotion,
  deletePromotion,
  listPromotions,
  readPromotion,
} from "./promotions";
import { NewPromotion, Promotion, PromotionPatch } from "./schema";

export const promotions = router("Promotions");

const Id = z.object({ id: z.uuid() });
const notKept = ["promotion_not_found", "merchant_not_found", "merchant_role_required"] as const;

promotions.post(
  "/",
  "Create a promotion of a merchant or of the platform",
  {
    auth: user,
    body: NewPromotion,
    returns: { 201: Promotion },
    throws: ["merchant_not_found", "merchant_role_required", "code_taken"],
    description: "Without `merchantId` it is the platform's own, which administrators create.",
  },
  ({ ctx, body }) => createPromotion(ctx, body),
);

promotions.get(
  "/",
  "List the promotions of a merchant or of the platform",
  {
    auth: user,
    query: PageQuery.extend({ merchantId: z.uuid().optional() }),
    list: Promotion,
    throws: ["merchant_not_found", "merchant_role_required", "invalid_cursor"],
  },
  ({ ctx, query }) => listPromotions(ctx, query),
);

promotions.get(
  "/{id}",
  "Read a promotion",
  { auth: user, params: Id, returns: { 200: Promotion }, throws: ["promotion_not_found"] },
  ({ ctx, params }) => readPromotion(ctx, params.id),
);

promotions.patch(
  "/{id}",
  "Change a promotion",
  {
    auth: user,
    params: Id,
    body: PromotionPatch,
    returns: { 200: Promotion },
    throws: [...notKept, "code_taken", "limit_below_use", "version_mismatch"],
  },
  ({ ctx, params, body }) => changePromotion(ctx, params.id, body),
);

promotions.delete(
  "/{id}",
  "Archive a promotion",
  {
    auth: user,
    params: Id,
    returns: { 204: null },
    throws: [...notKept, "version_mismatch"],
  },
  ({ ctx, params }) => deletePromotion(ctx, params.id),
);
