import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { strictly, user } from "../guard";
import { createKey, listKeys, revokeKey } from "./keys";
import { ApiKey, ApiKeyId, CreatedApiKey, NewApiKey } from "./schema";

export const keyRoutes = router("Identity");

keyRoutes.get(
  "/",
  "List one's API keys",
  { auth: user, query: PageQuery, list: ApiKey, throws: ["invalid_cursor"], delegable: false },
  ({ ctx, query }) => listKeys(ctx, query),
);

keyRoutes.post(
  "/",
  "Make an API key",
  {
    auth: strictly(user),
    body: NewApiKey,
    returns: { 201: CreatedApiKey },
    throws: ["too_many_keys"],
    description:
      "The key can do what its scopes say and its owner may. A scope is the tag of a route and `read` or, for anything but GET, `write`; the document names it beside each route.",
  },
  ({ ctx, body }) => createKey(ctx, body),
);

keyRoutes.delete(
  "/{id}",
  "Revoke one of one's API keys",
  { auth: strictly(user), params: ApiKeyId, returns: { 204: null } },
  ({ ctx, params }) => revokeKey(ctx, params.id),
);
