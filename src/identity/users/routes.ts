import { router } from "../../http/route";
import { user } from "../guard";
import { Dashboard } from "../schema";
import { readDashboard } from "./dashboard";

export const ownPages = router("Identity");

ownPages.get(
  "/dashboard",
  "Read what waits for oneself",
  { auth: user, returns: { 200: Dashboard } },
  ({ ctx }) => readDashboard(ctx),
);
