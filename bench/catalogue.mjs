import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partsOf } from "../src/commerce/search/terms.ts";
import { runWrangler } from "../src/development/wrangler.mjs";
import { coinedWord, loadCatalogue, loadWords } from "./catalogueData.mjs";
import { build, serve } from "./serve.mjs";

/** `npm run bench:catalogue [-- <products>]`: what lists and searches ask of D1 when it is large. */
const count = Number(process.argv[2] ?? 100_000);
const work = mkdtempSync(join(tmpdir(), "rimlight-catalogue-"));
const bindings = {
  RIMLIGHT_SECRETS: `v1:${randomBytes(32).toString("base64")}`,
  PUBLIC_URL: "http://localhost",
  LOG_LEVEL: "warn",
  ANONYMOUS_LIMIT: "1000000000",
  ENVIRONMENT: "development",
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const rows = [];

/**
 * What each answer, none of them from a cache, took of both databases: waiting for them, and where
 * D1 tells (not of joins), their own work.
 */
async function measure(name, answers) {
  const figures = answers.map(({ headers }) => {
    const timing = headers.get("server-timing") ?? "";
    const sum = (of) =>
      [...timing.matchAll(new RegExp(`${of}=([\\d.]+)`, "g"))].reduce((n, [, one]) => n + +one, 0);
    const waited = sum("(?:d1|search);dur");
    return { waited, sql: sum("sql"), trips: sum("trips"), rows: sum("rowsRead") };
  });
  const { total, approximate } = answers[0].body;
  rows.push({
    request: name,
    hits: total === undefined ? "" : `${total}${approximate ? " (approximate)" : ""}`,
    "waited ms": median(figures.map(({ waited }) => waited)),
    "worst ms": Math.max(...figures.map(({ waited }) => waited)),
    "SQL ms": median(figures.map(({ sql }) => sql)),
    "rows read": median(figures.map((one) => one.rows)),
    trips: Math.max(...figures.map(({ trips }) => trips)),
  });
}

async function ask(address, path) {
  const answer = await fetch(`${address}/api/v1${path}`);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return { headers: answer.headers, body: await answer.json() };
}

/** Marks after the words change no search, but each is another question to the cache. */
const unlike = (query, i) => query.replace(/&|$/, `${"!".repeat(i)}$&`);

async function search(address, name, query) {
  const answers = [];
  for (let i = 0; i < 15; i++)
    answers.push(await ask(address, `/products/search?limit=20&q=${unlike(query, i)}`));
  await measure(name, answers.slice(2));
}

/** Follows the cursors to the thousandth page: what the first ten and the last ten cost. */
async function walk(address, name, query) {
  const pages = [];
  for (let cursor = ""; cursor !== null && pages.length < 1_000; ) {
    const page = await ask(address, `/products?limit=20&${query}${cursor}`);
    pages.push(page);
    const { nextCursor } = page.body.page;
    cursor = nextCursor && `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  await measure(`${name}, pages 1 to 10`, pages.slice(0, 10));
  await measure(`${name}, the ten to page ${pages.length}`, pages.slice(-10));
}

try {
  await build("wrangler.toml", join(work, "app"));
  for (const database of ["DB", "SEARCH"])
    await runWrangler([
      ...["d1", "migrations", "apply", database, "--local"],
      ...["--persist-to", join(work, "state")],
    ]);
  const app = { config: "wrangler.toml", outdir: join(work, "app"), state: join(work, "state/v3") };
  const { address, miniflare } = await serve({ ...app, bindings });
  const databases = {
    main: await miniflare.getD1Database("DB", "worker"),
    search: await miniflare.getD1Database("SEARCH", "worker"),
  };
  const started = performance.now();
  await loadCatalogue(databases, count);
  await loadWords(databases.search, partsOf);
  const seconds = (performance.now() - started) / 1_000;
  console.log(`\n${count} products in both databases: ${seconds.toFixed(0)} s\n`);

  await search(address, "search: a rare word", "quixotic");
  await search(address, "search: two words", `lamp%20${coinedWord(40)}`);
  await search(address, "search: a kind", "mirror");
  await search(address, "search: the commonest kind", "lamp");
  await search(address, "search: a word of everything", "hand");
  await search(address, "search: a prefix of two letters", "la");
  await search(address, "search: filtered", "made&category=lamp&inStock=true&minPrice=50000");
  await search(address, "search: by price", "lamp&sort=price");
  await search(address, "search: mistyped", "quixotik");
  await walk(address, "newest", "sort=newest");
  await walk(address, "by price", "sort=price&currency=EUR");
  await walk(address, "most sold of a category", "sort=popular&category=lamp");
  console.table(rows);
  await miniflare.dispose();
} finally {
  rmSync(work, { recursive: true, force: true });
}
