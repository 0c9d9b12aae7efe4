import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { root, runWrangler } from "../src/development/wrangler.mjs";

/** The Worker as a deploy would upload it, and what wrangler says of its size. */
export async function build(config, outdir) {
  const output = await runWrangler(["deploy", "--dry-run", "-c", config, "--outdir", outdir]);
  return /Total Upload: (.+)/.exec(output)?.[1] ?? "unknown";
}

const kinds = { ".wasm": "CompiledWasm", ".bin": "Data", ".txt": "Text", ".html": "Text" };

function modulesOf(outdir) {
  const names = readdirSync(outdir).filter((name) => !/\.map$|^README/.test(name));
  names.sort((a, b) => Number(b === "index.js") - Number(a === "index.js"));
  return names.map((name) => {
    const type = kinds[name.slice(name.lastIndexOf("."))] ?? "ESModule";
    return { type, path: join(outdir, name), contents: readFileSync(join(outdir, name)) };
  });
}

/** Runs a built Worker in workerd, with a socket of its own: no development proxy in between. */
export async function serve({ config, outdir, state, bindings }) {
  const before = new Set(children());
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, config));
  const { assets: _, modulesRules: __, ...options } = workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      name: "worker",
      rootPath: resolve(outdir),
      modulesRoot: resolve(outdir),
      modules: modulesOf(outdir),
      bindings: { ...options.bindings, ...bindings },
      resourcePersistencePath: state,
      cf: false,
      log: new Log(LogLevel.ERROR),
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    }),
  );
  await miniflare.ready;
  const { hostname, port } = await miniflare.unsafeGetDirectURL("worker");
  const pid = children().find((child) => !before.has(child));
  return {
    address: `http://${hostname}:${port}`,
    port: Number(port),
    miniflare,
    cpu: () => cpuOf(pid),
  };
}

/** Linux only; elsewhere no CPU times are reported. */
function children() {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
    return text.split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

/** Seconds of processor time that a process's threads have used. */
function cpuOf(pid) {
  if (!pid) return Number.NaN;
  const threads = readdirSync(`/proc/${pid}/task`);
  const spent = threads.map((thread) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(nanoseconds);
  });
  return spent.reduce((sum, one) => sum + one, 0) / 1e9;
}
