import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { remember, remembered, state } from "./memory.mjs";
import { root, runWrangler } from "./wrangler.mjs";

const folders = { DB: "migrations", SEARCH: "migrations/search" };
function filesOf(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return {};
  const names = readdirSync(path).filter((name) => name.endsWith(".sql"));
  return Object.fromEntries(
    names.map((name) => {
      const hash = createHash("sha256").update(readFileSync(join(path, name)));
      return [`${folder}/${name}`, hash.digest("hex")];
    }),
  );
}

/** Applies what is new; returns one sentence if an applied file was changed afterwards, else null. */
export async function migrate() {
  for (const [binding, folder] of Object.entries(folders)) {
    const { migrations } = remembered();
    const files = filesOf(folder);
    const names = Object.keys(files);
    const changed = names.find((name) => migrations[name] && migrations[name] !== files[name]);
    if (changed)
      return `${changed} changed after it was applied here: add a new migration, or delete .wrangler/state and lose the local data.`;
    if (names.every((name) => migrations[name])) continue;
    await runWrangler(["d1", "migrations", "apply", binding, "--local", "--persist-to", state]);
    remember({ migrations: { ...migrations, ...files } });
  }
  return null;
}
