import { parseArgs } from "node:util";
import { newId } from "../lib/id.ts";
import { runWrangler } from "./wrangler.mjs";

/**
 * `npm run search:rebuild [-- --remote]` asks for a new search index through the outbox: the next
 * minute's cron hands it to the queue. The old index serves meanwhile.
 */
const { values } = parseArgs({
  options: {
    remote: { type: "boolean", default: false },
    "persist-to": { type: "string" },
  },
});
const kept = values["persist-to"] ? ["--persist-to", values["persist-to"]] : [];
const place = values.remote ? ["--remote"] : ["--local", ...kept];
const id = newId();
const payload = JSON.stringify({ generation: null, after: "" });
const sql =
  "INSERT INTO events (id, type, queue, payload, request_id, created_at) " +
  `VALUES ('${id}', 'search.rebuild', 'JOBS', '${payload}', '${id}', 0)`;
await runWrangler(["d1", "execute", "DB", ...place, "--yes", "--command", sql]);
console.log("The search index is going to be made anew.");
