import { router } from "../../http/route";
import { strictly, user, visitor } from "../guard";
import { deleteAccount } from "./delete";
import { exportData } from "./export";
import { Deletion, Export } from "./schema";

export const privacy = router("Identity");

privacy.get(
  "/me/export",
  "Take along everything that is kept of oneself",
  { auth: strictly(visitor), returns: { 200: Export }, delegable: false },
  ({ ctx }) => exportData(ctx),
);

privacy.delete(
  "/me",
  "Delete one's account",
  {
    auth: strictly(user),
    body: Deletion,
    returns: { 204: null },
    throws: ["wrong_password", "sign_in_again", "last_super_admin"],
    description: "Signing in within 30 days is the undo; then it is erased.",
  },
  ({ ctx, body }) => deleteAccount(ctx, body),
);
