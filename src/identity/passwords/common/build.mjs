import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const table = fileURLToPath(new URL("passwords.bin", import.meta.url));

/**
 * The common passwords of the npm package @zxcvbn-ts/language-common (MIT) that are long enough to
 * be set at all, each as the first four bytes of the SHA-256 of its lower-case NFKC form, sorted.
 */
export async function makeTable() {
  const folder = require.resolve("@zxcvbn-ts/language-common/package.json");
  const list = JSON.parse(
    await readFile(new URL("src/passwords.json", `file://${folder}`), "utf8"),
  );
  const long = list
    .map((text) => String(text).normalize("NFKC").toLowerCase())
    .filter((text) => [...text].length >= 8);
  const hashes = long.map((text) => createHash("sha256").update(text).digest().subarray(0, 4));
  const sorted = [...new Set(hashes.map((hash) => hash.toString("hex")))].toSorted();
  return Buffer.from(sorted.join(""), "hex");
}

export const isStale = async () => !(await makeTable()).equals(await readFile(table));

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(table, await makeTable());
