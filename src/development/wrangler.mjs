import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../..");

/** Keeps wrangler on this machine: no telemetry, no update check, no lookup of where we are. */
const offline = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DO_NOT_TRACK: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_REGISTRY_PATH: join(root, ".wrangler/registry"),
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  X_LOCAL_OBSERVABILITY: "false",
};

/** Runs wrangler on the pinned Node, in a process group of its own that ends when we do (told by the channel). */
export function wrangler(args, channel = ["ipc"]) {
  const cli = join(root, "node_modules/wrangler/wrangler-dist/cli.js");
  const leash = join(here, "leash.mjs");
  return spawn(
    join(root, "node_modules/node/bin/node"),
    ["--no-warnings", "--import", `file://${leash}`, cli, ...args],
    {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", ...channel],
      env: { ...process.env, ...offline },
    },
  );
}

/** Runs wrangler to its end; resolves to what it printed, rejects with that if it failed. */
export function runWrangler(args) {
  const child = wrangler(args, []);
  let output = "";
  child.stdout.on("data", (part) => (output += part));
  child.stderr.on("data", (part) => (output += part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve(output) : reject(new Error(output.trim()))));
  });
}
