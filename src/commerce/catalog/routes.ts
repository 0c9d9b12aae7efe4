import { anyone } from "../../http/guard";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { showProduct } from "./detail";
import { showList } from "./list";
import { archiveProduct, changeProduct, createProduct } from "./products";
import {
  NewProduct,
  Product,
  ProductCard,
  ProductChange,
  ProductId,
  ProductQuery,
  WholeProduct,
} from "./schema";

export const catalogue = router("Products");

catalogue.get(
  "/",
  "List products",
  {
    auth: anyone,
    query: ProductQuery,
    list: ProductCard,
    throws: ["invalid_cursor", "merchant_required", "merchant_not_found"],
    description:
      "Members list drafts and archived products of their merchant by `merchantId` and `status`. " +
      "Without `currency`, amounts are minor units of the currency each product is shown in.",
  },
  ({ ctx, query }) => showList(ctx, query),
);

catalogue.get(
  "/featured",
  "List featured products",
  { auth: anyone, query: PageQuery, list: ProductCard, throws: ["invalid_cursor"] },
  ({ ctx, query }) => showList(ctx, { ...query, featured: true, sort: "popular" }),
);

catalogue.post(
  "/",
  "Add a product",
  {
    auth: user,
    body: NewProduct,
    returns: { 201: Product },
    throws: [
      "merchant_not_found",
      "merchant_role_required",
      "merchant_required",
      "unknown_category",
      "sku_taken",
    ],
  },
  ({ ctx, body }) => createProduct(ctx, body),
);

catalogue.get(
  "/{id}",
  "Read a product",
  { auth: anyone, params: ProductId, returns: { 200: Product }, throws: ["product_not_found"] },
  ({ ctx, params }) => showProduct(ctx, params.id),
);

const changes = [
  "product_not_found",
  "merchant_role_required",
  "unknown_category",
  "sku_taken",
  "version_mismatch",
] as const;

catalogue.put(
  "/{id}",
  "Replace a product",
  {
    auth: user,
    params: ProductId,
    body: WholeProduct,
    returns: { 200: Product },
    throws: changes,
  },
  ({ ctx, params, body }) => changeProduct(ctx, params.id, body),
);

catalogue.patch(
  "/{id}",
  "Change a product",
  {
    auth: user,
    params: ProductId,
    body: ProductChange,
    returns: { 200: Product },
    throws: changes,
  },
  ({ ctx, params, body }) => changeProduct(ctx, params.id, body),
);

catalogue.delete(
  "/{id}",
  "Archive a product",
  {
    auth: user,
    params: ProductId,
    returns: { 204: null },
    throws: ["product_not_found", "merchant_role_required", "version_mismatch"],
  },
  ({ ctx, params }) => archiveProduct(ctx, params.id),
);
