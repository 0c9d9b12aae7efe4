import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { meter } from "./meter.mjs";

const require = createRequire(import.meta.url);
/** The esbuild that wrangler pins: another version may minify otherwise and so make another engine. */
const { build } = createRequire(require.resolve("wrangler/package.json"))("esbuild");

const QUICKJS = "@jitl/quickjs-wasmfile-release-sync";
const QUICKJS_SHA256 = "105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232";

const fileAt = (name) => fileURLToPath(new URL(name, import.meta.url));
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256"));

async function buildWasm() {
  const wasm = await readFile(require.resolve(`${QUICKJS}/wasm`));
  if (sha256(wasm).digest("hex") !== QUICKJS_SHA256) throw new Error(`${QUICKJS} is another one.`);
  return meter(wasm, await readFile(require.resolve(`${QUICKJS}/emscripten-module`), "utf8"));
}

/** A guest program as one expression, whose value is the default export of `entry`. */
async function buildGuest(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileAt(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "cjs",
    target: "es2022",
    logLevel: "error",
    banner: { js: "(module=>{" },
    footer: { js: "return module.exports.default})({});" },
  });
  return outputFiles[0].contents;
}

async function buildLicenses() {
  const texts = [QUICKJS, "sucrase"].map(async (name) => {
    const folder = require.resolve(`${name}/package.json`).replace(/package\.json$/, "");
    return `${name}\n\n${(await readFile(`${folder}LICENSE`, "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n\n");
}

/** Every generated file by its name, made from pinned packages alone. */
export async function buildEngine() {
  const [wasm, prelude, types, licenses] = await Promise.all([
    buildWasm(),
    buildGuest("guest/prelude.ts"),
    buildGuest("guest/types.ts"),
    buildLicenses(),
  ]);
  const limits = await readFile(fileAt("../limits.ts"));
  const hash = sha256(wasm, prelude, types, limits).digest("base64url");
  return {
    "quickjs.wasm": wasm,
    "prelude.txt": prelude,
    "types.txt": types,
    LICENSE: licenses,
    "hash.ts": `/** SHA-256 of everything that decides what a program does: quickjs.wasm, prelude.txt, types.txt, limits.ts. */\nexport const engineHash = "${hash}";\n`,
  };
}

/** The names of the checked-in files that are not what the packages make. */
export async function findStale() {
  const stale = [];
  for (const [name, made] of Object.entries(await buildEngine())) {
    const kept = await readFile(fileAt(name)).catch(() => null);
    if (!kept?.equals(Buffer.from(made))) stale.push(name);
  }
  return stale;
}

if (process.argv[1] === fileAt("build.mjs")) {
  if (process.argv.includes("--check")) {
    const stale = await findStale();
    if (stale.length > 0) throw new Error(`Not what the packages make: ${stale.join(", ")}`);
  } else {
    for (const [name, made] of Object.entries(await buildEngine()))
      await writeFile(fileAt(name), made);
  }
}
