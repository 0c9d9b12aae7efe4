/** Runs before every npm script, on whatever Node there is: nothing but Node's own modules, in old syntax. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const major = Number(process.versions.node.split(".")[0]);

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Whether node_modules holds every version that package-lock.json names (another platform's may be absent). */
function isInstalled() {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record) || !existsSync(join(root, "node_modules/node/bin"))) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const there = packagesOf(record);
  const wanted = Object.entries(packagesOf(join(root, "package-lock.json")));
  return wanted.every(([path, { version, optional, link }]) => {
    if (path === "" || link || (optional && !there[path])) return true;
    return there[path] !== undefined && there[path].version === version;
  });
}

function install() {
  console.log("Installing the packages that package-lock.json names, once …");
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, first] = npm && node ? [node, [npm]] : ["npm", []];
  const args = [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) stop("npm ci failed; what it said is above.");
}

if (major < 20)
  stop(
    `Rimlight needs Node.js 20 or newer, and this is ${process.versions.node}: install it from nodejs.org.`,
  );
if (!isInstalled()) install();
if (!existsSync(join(root, "node_modules/node/bin")))
  stop("npm did not run the install script of the package node: allow it, and run npm ci again.");
void import("./assets.mjs").then(({ layOut }) => layOut());
