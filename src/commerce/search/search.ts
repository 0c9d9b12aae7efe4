import { waitUntil } from "cloudflare:workers";
import type { AnyContext } from "../../data/context";
import { cached } from "../../http/cache";
import { describe, log } from "../../http/log";
import { afterCursor, type Page, pageOf } from "../../http/page";
import { readCards } from "../catalog/cards";
import { anyMarket } from "../catalog/listings";
import { CategoryRef } from "../catalog/schema";
import type { Currency } from "../schema";
import { type After, type FoundRow, findProducts, sampled } from "./find";
import { highlight, snippet } from "./highlight";
import { searchTag } from "./indexing";
import { refuse } from "./problems";
import type { SearchHit, SearchQuery, SearchSummary } from "./schema";
import { termsOf } from "./terms";
import { noteZeroResult } from "./zeroResults";

type Results = Page<SearchHit> & { beside: SearchSummary };

/** Kept for half a minute, and until the index changes. */
export function showSearch(ctx: AnyContext, query: SearchQuery) {
  const key = `search:${JSON.stringify(query)}`;
  return cached(ctx, { key, shared: true, tags: [searchTag], seconds: 30 }, () =>
    searchProducts(ctx, query),
  );
}

/** The index finds, counts and orders; what is shown of each product is read from the catalogue. */
async function searchProducts(
  ctx: AnyContext,
  { q, limit, cursor, ...filter }: SearchQuery,
): Promise<Results> {
  const list = `search|${q}|${JSON.stringify(filter)}`;
  const after = await afterCursor<NonNullable<After>>(list, cursor);
  const terms = termsOf(q);
  const rows = terms.length === 0 ? [] : await find(ctx, terms, filter, after, limit);
  const found = rows.filter(({ kind }) => kind === "hit").sort(byKey);
  const summary = summaryOf(rows);
  const isPlain = Object.entries(filter).every(([name, value]) => name === "sort" || !value);
  if (summary.total === 0 && terms.length > 0 && isPlain) waitUntil(noteZeroResult(ctx, terms));
  const page = await pageOf(list, found, limit, ({ number, name }) => [number, name]);
  const ids = page.items.flatMap(({ name }) => name ?? []);
  const market = filter.currency ?? anyMarket;
  const cards = ids.length > 0 ? await readCards(ctx, ids, market) : new Map();
  const words = (summary.corrected ? termsOf(summary.corrected) : terms).map(({ word }) => word);
  const items = page.items.flatMap(({ name, detail }): SearchHit[] => {
    const card = cards.get(name ?? "");
    const [title = "", text = ""] = JSON.parse(detail ?? "[]") as string[];
    const marked = { title: highlight(title, words), snippet: snippet(text, words) };
    return card ? [{ ...card, highlight: marked }] : [];
  });
  return { ...page, items, beside: summary };
}

/** Whatever is wrong with the search database, only searches feel it. */
async function find(...asked: Parameters<typeof findProducts>): Promise<FoundRow[]> {
  try {
    return await findProducts(...asked);
  } catch (error) {
    log("error", "search_failed", { requestId: asked[0].requestId, error: describe(error) });
    throw refuse("search_unavailable");
  }
}

const byKey = (a: FoundRow, b: FoundRow) =>
  a.number - b.number || ((a.name ?? "") > (b.name ?? "") ? -1 : 1);

function summaryOf(rows: FoundRow[]): SearchSummary {
  const of = (wanted: FoundRow["kind"]) => rows.filter(({ kind }) => kind === wanted);
  const [total] = of("total");
  return {
    total: total?.number ?? 0,
    approximate: Number(total?.detail) === 1 || (total?.number ?? 0) > sampled,
    corrected: total?.name?.replace(/"(\*?)/g, "") ?? null,
    facets: {
      categories: of("category").map(({ name, number }) => {
        return { category: CategoryRef.parse(JSON.parse(name ?? "")), count: number };
      }),
      tags: of("tag").map(({ name, number }) => ({ tag: name ?? "", count: number })),
      prices: pricesOf(of("price")),
    },
  };
}

function pricesOf(rows: FoundRow[]): SearchSummary["facets"]["prices"] {
  const ranges = rows.map(({ number, detail }) => {
    const [min, max, currency, other] = JSON.parse(detail ?? "[]") as [
      number,
      number,
      Currency,
      Currency,
    ];
    return { min, max, currency, count: number, mixed: currency !== other };
  });
  const isMixed = ranges.some(({ mixed, currency }) => mixed || currency !== ranges[0]?.currency);
  return isMixed ? [] : ranges.map(({ mixed: _, ...range }) => range);
}
