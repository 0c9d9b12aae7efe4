import { LOG_LINE_BYTES } from "./limits";
import { LogLine } from "./schema";

const encoder = new TextEncoder();
const scratch = new Uint8Array(LOG_LINE_BYTES);

/** One console line as the prelude writes it, cut between characters. */
export function readLine(json: string): LogLine {
  const [level, text = ""] = readTexts(json);
  const { read } = encoder.encodeInto(text, scratch);
  return { level: LogLine.shape.level.catch("log").parse(level), text: text.slice(0, read) };
}

/** A list of texts as the prelude writes it; a program may have bent the prelude's tools, so anything may come. */
export function readTexts(json: string): string[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.map((item) => (typeof item === "string" ? item : "")) : [];
  } catch {
    return [];
  }
}
