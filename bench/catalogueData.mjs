/** A catalogue that anybody can make again: the same words, prices and sales each time. */
let state = 1;
const random = (below) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};
const syllables =
  "ba be bo da de do fa fe ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta".split(" ");
const coined = (n) =>
  [n % 27, Math.floor(n / 27) % 27, Math.floor(n / 729) % 27].map((i) => syllables[i]).join("");
/** The lower the rank the more often a word comes, as in any text. */
const word = () =>
  coined(Math.floor(((random(1_000) * random(1_000) * random(1_000)) / 1e9) * 3_000));
const kinds = "lamp chair table shelf mirror rug vase clock stool bench".split(" ");
const id = (kind, n) =>
  `018f0000-${kind.toString(16).padStart(4, "0")}-7000-8000-${n.toString(16).padStart(12, "0")}`;

const categories = kinds.map((slug, n) => ({ id: id(2, n), slug, name: slug }));

function productOf(n) {
  const kind = random(10) < 3 ? 0 : random(kinds.length);
  const description = Array.from({ length: 40 }, word).join(" ");
  return {
    id: id(3, n),
    variant: id(4, n),
    sku: `B-${n}`,
    merchant: id(1, n % 20),
    title: `${word()} ${word()} ${kinds[kind]}${n % 5_000 === 0 ? " quixotic" : ""}`,
    description: `${description} made by hand`,
    category: categories[kind].id,
    json: JSON.stringify(categories[kind]),
    shelves: `/${categories[kind].id}/${kinds[kind]}/`,
    tags: JSON.stringify([coined(random(200)), coined(200 + random(200))]),
    price: 100 + random(100_000),
    sold: random(1_000),
    stock: random(20),
  };
}

const main = [
  `INSERT INTO products SELECT v->>'id', v->>'merchant', v->>'title', v->>'description',
    v->>'category', v->>'tags', 'active', v->>'sold' > 990, 0, 0, v->>'sold', 0, 0, 1`,
  `INSERT INTO variants SELECT v->>'variant', v->>'id', v->>'merchant', v->>'sku', '', '{}', 100,
    'deny', 0, NULL, 0, 0`,
  `INSERT INTO prices SELECT v->>'variant', 'EUR', v->>'price', 0, NULL`,
  `INSERT INTO inventory SELECT v->>'variant', v->>'stock', 1`,
  `INSERT INTO listings SELECT v->>'id', s.value, m.value, 'EUR', v->>'price', v->>'sold',
    v->>'stock' > 0 FROM rows, json_each(json_array('all', 'c:' || (v->>'category'),
    't:' || ((v->>'tags')->>0))) s, json_each('["*","EUR"]') m`,
].map((sql) => withRows(/FROM rows/.test(sql) ? sql : `${sql} FROM rows`));
const index = [
  `INSERT INTO documents SELECT NULL, v->>'id', 1, '', 1, v->>'merchant', v->>'json',
    v->>'shelves', v->>'sold' > 990, v->>'stock' > 0, v->>'sold',
    json_object('*', v->'price', 'EUR', v->'price'), 'EUR', v->>'tags', v->>'title',
    v->>'description' FROM rows`,
].map(withRows);

function withRows(sql) {
  const [, head, select] = /^(INSERT INTO \w+) ([\s\S]*)$/.exec(sql);
  return `${head} WITH rows AS (SELECT value AS v FROM json_each(?)) ${select}`;
}

/** Loads that many products into both databases, two thousand in a statement. */
export async function loadCatalogue({ main: db, search }, count) {
  await db.batch([
    ...Array.from({ length: 20 }, (_, n) =>
      db
        .prepare("INSERT INTO merchants VALUES (?, ?, '', 'DE', 'EUR', 1000, NULL, 0, 0, 1)")
        .bind(id(1, n), `Merchant ${n}`),
    ),
    ...categories.map((one) =>
      db
        .prepare("INSERT INTO categories VALUES (?, NULL, ?, ?, ?, 0, 0, 0, 1)")
        .bind(one.id, one.slug, one.name, one.id),
    ),
  ]);
  for (let done = 0; done < count; done += 2_000) {
    const length = Math.min(2_000, count - done);
    const rows = JSON.stringify(Array.from({ length }, (_, i) => productOf(done + i)));
    await db.batch(main.map((sql) => db.prepare(sql).bind(rows)));
    await search.batch(index.map((sql) => search.prepare(sql).bind(rows)));
  }
}

/** Words of titles for the index to mend others with, as its consumer would have kept them. */
export async function loadWords(search, partsOf) {
  const words = [...kinds, "quixotic", ...Array.from({ length: 3_000 }, (_, n) => coined(n))];
  const parts = words.flatMap((one) => partsOf(one).map((part) => ({ part, word: one })));
  await search.batch([
    search
      .prepare("INSERT OR IGNORE INTO words SELECT value FROM json_each(?)")
      .bind(JSON.stringify(words)),
    search
      .prepare(
        "INSERT OR IGNORE INTO word_parts SELECT value->>'part', value->>'word' FROM json_each(?)",
      )
      .bind(JSON.stringify(parts)),
  ]);
}

/** A coined word by its rank. */
export const coinedWord = coined;
