import { z } from "zod";
import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { admin } from "../../identity/guard";
import { changeCategory, createCategory, deleteCategory, showCategories } from "./categories";
import { Category, CategoryChange, CategoryId, CategoryNode, NewCategory } from "./categorySchema";

export const categories = router("Categories");

categories.get(
  "/",
  "Read the tree of categories",
  { auth: anyone, returns: { 200: z.array(CategoryNode) } },
  ({ ctx }) => showCategories(ctx),
);

const places = ["unknown_category", "category_too_deep", "slug_taken"] as const;

categories.post(
  "/",
  "Add a category",
  { auth: admin, body: NewCategory, returns: { 201: Category }, throws: places },
  ({ ctx, body }) => createCategory(ctx, body),
);

categories.patch(
  "/{id}",
  "Change or move a category",
  {
    auth: admin,
    params: CategoryId,
    body: CategoryChange,
    returns: { 200: Category },
    throws: [...places, "category_not_found", "version_mismatch"],
  },
  ({ ctx, params, body }) => changeCategory(ctx, params.id, body),
);

categories.delete(
  "/{id}",
  "Delete an empty category",
  {
    auth: admin,
    params: CategoryId,
    returns: { 204: null },
    throws: ["category_not_found", "category_in_use", "version_mismatch"],
  },
  ({ ctx, params }) => deleteCategory(ctx, params.id),
);
