import { env } from "cloudflare:workers";
import { refuse } from "./problems";

/** Lines below the first. */
export const mostLines = 100_000;
/** Of a multipart upload to R2, every part but the last is as large as the others. */
const partSize = 5 * 1_048_576;

export type Received = { bytes: number; lines: number; head: string };

/**
 * Lets a CSV flow into R2, never holding more than a part of it, and looks at each byte on the
 * way: what is no UTF-8 or has too many lines is not kept.
 */
export async function receiveCsv(
  name: string,
  body: ReadableStream<Uint8Array>,
): Promise<Received> {
  const upload = await env.MEDIA.createMultipartUpload(name, {
    httpMetadata: { contentType: "text/csv; charset=utf-8" },
  });
  try {
    const { parts, ...received } = await takeParts(upload, body);
    await upload.complete(parts);
    return received;
  } catch (error) {
    await upload.abort().catch(() => {});
    throw error;
  }
}

async function takeParts(upload: R2MultipartUpload, body: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const parts: R2UploadedPart[] = [];
  const part = new Uint8Array(partSize);
  let filled = 0;
  let [bytes, lines, head] = [0, 0, ""];
  let isLineOpen = false;
  const keep = async () => {
    parts.push(await upload.uploadPart(parts.length + 1, part.slice(0, filled)));
    filled = 0;
  };
  for await (const chunk of body) {
    const text = readText(decoder, chunk);
    if (head.length < 10_000) head += text;
    lines += text.split("\n").length - 1;
    isLineOpen = !text.endsWith("\n");
    if (lines + (isLineOpen ? 1 : 0) > mostLines + 1) throw refuse("csv_too_long");
    bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + partSize - filled);
      part.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled === partSize) await keep();
    }
  }
  readText(decoder);
  if (filled > 0 || parts.length === 0) await keep();
  return { parts, bytes, lines: Math.max(0, lines + (isLineOpen ? 1 : 0) - 1), head };
}

/** Without a chunk, whether the last character was whole. */
function readText(decoder: TextDecoder, chunk?: Uint8Array): string {
  let text: string;
  try {
    text = decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw refuse("csv_not_utf8");
  }
  if (text.includes("\0")) throw refuse("csv_not_utf8");
  return text;
}
