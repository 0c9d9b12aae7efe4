import { anyone } from "../../http/guard";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { admin, strictly } from "../../identity/guard";
import { showIndex, startRebuild } from "./rebuild";
import { IndexState, SearchHit, SearchQuery, SearchSummary, ZeroResult } from "./schema";
import { showSearch } from "./search";
import { listZeroResults } from "./zeroResults";

export const search = router("Products");

search.get(
  "/search",
  "Search products",
  {
    auth: anyone,
    query: SearchQuery,
    list: SearchHit,
    beside: SearchSummary,
    throws: ["invalid_cursor", "search_unavailable"],
    description:
      "Every word counts, from its beginning and without its accents: in the title more than in " +
      "the tags, there more than in the description. If nothing has them, words that are spelt " +
      "like them are looked for. Very many hits are not ranked, but come by what is sold most.",
  },
  ({ ctx, query }) => showSearch(ctx, query),
);

export const searchAdministration = router("Administration");

searchAdministration.get(
  "/",
  "See the search index",
  { auth: strictly(admin), returns: { 200: IndexState } },
  ({ ctx }) => showIndex(ctx),
);

searchAdministration.post(
  "/rebuild",
  "Make the search index anew, while it serves",
  { auth: strictly(admin), returns: { 202: null } },
  ({ ctx }) => startRebuild(ctx),
);

searchAdministration.get(
  "/zero-results",
  "List what was looked for in vain, the most wanted first",
  { auth: strictly(admin), query: PageQuery, list: ZeroResult, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listZeroResults(ctx, query),
);
