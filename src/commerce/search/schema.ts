import { z } from "zod";
import { PageQuery } from "../../http/page";
import { CategoryRef, ProductCard, ProductFilter } from "../catalog/schema";
import { Currency } from "../schema";

export const SearchQuery = PageQuery.extend(
  ProductFilter.omit({ status: true, sort: true }).shape,
).extend({
  q: z.string().trim().min(1).max(200),
  sort: z.enum(["relevance", "newest", "price", "-price", "popular"]).default("relevance"),
});
export type SearchQuery = z.output<typeof SearchQuery>;
export type SearchFilter = Omit<SearchQuery, "q" | "limit" | "cursor">;

export const SearchHit = ProductCard.extend({
  highlight: z
    .object({ title: z.string(), snippet: z.string() })
    .meta({ description: "HTML: escaped text, what was found is in <mark>" }),
}).meta({ id: "SearchHit" });
export type SearchHit = z.output<typeof SearchHit>;

const count = z.int();

/** What is told beside a page of hits, about all of them. */
export const SearchSummary = z
  .object({
    total: count,
    approximate: z.boolean().meta({
      description: "There are more hits than are counted; the facets are of the first five hundred",
    }),
    corrected: z.string().nullable().meta({
      description: "What was looked for instead, since nothing has the words as they were typed",
    }),
    facets: z.object({
      categories: z.array(z.object({ category: CategoryRef, count })),
      tags: z.array(z.object({ tag: z.string(), count })),
      prices: z.array(z.object({ min: z.int(), max: z.int(), currency: Currency, count })).meta({
        description: "Up to five ranges; none if the hits are priced in several currencies",
      }),
    }),
  })
  .meta({ id: "SearchSummary" });
export type SearchSummary = z.output<typeof SearchSummary>;

export const ZeroResult = z
  .object({
    query: z.string(),
    count,
    firstAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
  })
  .meta({ id: "ZeroResult" });
export type ZeroResult = z.output<typeof ZeroResult>;

export const IndexState = z
  .object({
    documents: count,
    rebuilding: z.boolean(),
    generation: z.int(),
    changedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "SearchIndexState" });
export type IndexState = z.output<typeof IndexState>;
