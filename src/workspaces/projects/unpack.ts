import { unzipSync } from "fflate";
import { normalizePath } from "../documents/paths";

export type Unpacked = {
  files: { path: string; text: string }[];
  refused: { path: string; code: RefusedFile }[];
};
export type RefusedFile = "path_invalid" | "path_taken" | "not_text" | "too_large" | "too_many";

const most = { files: 500, file: 4 * 1_048_576, all: 32 * 1_048_576 };
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text files of a ZIP archive, each with its path or why it was refused; null if it is none.
 * Sizes are those the archive declares: a file that unpacks to more is cut off there by the library.
 */
export function unpack(archive: Uint8Array): Unpacked | null {
  const refused: Unpacked["refused"] = [];
  let [count, bytes] = [0, 0];
  try {
    const entries = unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith("/")) return false;
        count += 1;
        const code =
          count > most.files ? "too_many" : originalSize > most.file ? "too_large" : null;
        bytes += code ? 0 : originalSize;
        if (code === null && bytes <= most.all) return true;
        if (refused.length < most.files) refused.push({ path: name, code: code ?? "too_large" });
        return false;
      },
    });
    return sort(Object.entries(entries), refused);
  } catch {
    return null;
  }
}

function sort(entries: [string, Uint8Array][], refused: Unpacked["refused"]): Unpacked {
  const files: Unpacked["files"] = [];
  const paths = new Set<string>();
  for (const [name, bytes] of entries) {
    const path = normalizePath(name);
    const text = path === null ? null : textOf(bytes);
    if (path === null) refused.push({ path: name, code: "path_invalid" });
    else if (text === null) refused.push({ path, code: "not_text" });
    else if (paths.has(path)) refused.push({ path, code: "path_taken" });
    else files.push({ path, text });
    if (path !== null) paths.add(path);
  }
  return { files, refused };
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
