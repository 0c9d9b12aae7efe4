import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runWrangler } from "../src/development/wrangler.mjs";
import { countCalls } from "./calls.mjs";
import { compare, loginsPerSecond } from "./compare.mjs";
import { build, serve } from "./serve.mjs";

const work = mkdtempSync(join(tmpdir(), "rimlight-bench-"));
const app = { config: "wrangler.toml", outdir: join(work, "app"), state: join(work, "state/v3") };
const bare = {
  config: "bench/floor/wrangler.toml",
  outdir: join(work, "floor"),
  state: join(work, "none"),
};

const bindings = {
  RIMLIGHT_SECRETS: `v1:${randomBytes(32).toString("base64")}`,
  PUBLIC_URL: "http://localhost",
  LOG_LEVEL: "warn",
  ANONYMOUS_LIMIT: "1000000000",
  SIGNED_IN_LIMIT: "1000000000",
};
process.env.RIMLIGHT_SECRETS = bindings.RIMLIGHT_SECRETS; // or wrangler warns that it is missing

try {
  const size = await build(app.config, app.outdir);
  await build(bare.config, bare.outdir);
  for (const database of ["DB", "SEARCH"])
    await runWrangler([
      ...["d1", "migrations", "apply", database, "--local"],
      ...["--persist-to", join(work, "state")],
    ]);
  console.log(`\nBundle: ${size}\n`);

  const developing = await serve({ ...app, bindings: { ...bindings, ENVIRONMENT: "development" } });
  const { token, bodies } = await countCalls(developing);
  await developing.miniflare.dispose();

  const worker = await serve({ ...app, bindings: { ...bindings, ENVIRONMENT: "production" } });
  const floor = await serve({ ...bare, bindings: bodies });
  await compare({ worker, floor, token });
  await loginsPerSecond(worker);
  await Promise.all([worker.miniflare.dispose(), floor.miniflare.dispose()]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
