import { z } from "zod";
import { router } from "../../http/route";
import { user } from "../guard";
import { Dashboard } from "../schema";
import { readDashboard } from "./dashboard";
import { FoundUser, PublicUser, UserId, UserSearch } from "./schema";
import { readUser, searchUsers } from "./search";

export const ownPages = router("Identity");

ownPages.get(
  "/dashboard",
  "Read what waits for oneself",
  { auth: user, returns: { 200: Dashboard } },
  ({ ctx }) => readDashboard(ctx),
);

export const people = router("People");

people.get(
  "/search",
  "Find people by the words of their names",
  { auth: user, query: UserSearch, returns: { 200: z.array(FoundUser) } },
  ({ ctx, query }) => searchUsers(ctx, query),
);

people.get(
  "/{id}",
  "Read somebody's public profile",
  { auth: user, params: UserId, returns: { 200: PublicUser } },
  ({ ctx, params }) => readUser(ctx, params.id),
);
