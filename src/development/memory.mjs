import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./wrangler.mjs";

/** Where local data is kept. */
export const state = resolve(root, process.env.RIMLIGHT_STATE || ".wrangler/state");
const file = join(state, "rimlight.json");
const nothing = { migrations: {}, secrets: [], seeded: false };

/** What this checkout's local data has been through; it is deleted together with the data. */
export const remembered = () =>
  existsSync(file) ? { ...nothing, ...JSON.parse(readFileSync(file, "utf8")) } : nothing;

export function remember(changes) {
  mkdirSync(state, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...remembered(), ...changes }, null, 2)}\n`);
}
