import { runWrangler } from "./wrangler.mjs";

/**
 * Asks for a new search index through the outbox: `npm run search:rebuild`, of the deployed Worker
 * with `-- --remote`. The next minute's cron hands it to the queue; the old index serves meanwhile.
 */
const place = process.argv.includes("--remote") ? "--remote" : "--local";
const payload = JSON.stringify({ generation: null, after: "" });
const id = crypto.randomUUID();
const sql = `INSERT INTO events (id, type, queue, payload, request_id, created_at)
  VALUES ('${id}', 'search.rebuild', 'JOBS', '${payload}', '${id}', 0)`;
await runWrangler(["d1", "execute", "DB", place, "--command", sql.replace(/\s+/g, " ")]);
console.log("The search index will be made anew within minutes.");
