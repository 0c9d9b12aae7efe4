import { measureAvif } from "./formats/avif";
import { type Bytes, latin, type Measure } from "./formats/bytes";
import { measureGif } from "./formats/gif";
import { measureJpeg } from "./formats/jpeg";
import { measurePng } from "./formats/png";
import { measureWebp } from "./formats/webp";

export type Inspected =
  | { type: string; width: number; height: number }
  | { type: string; width: null; height: null };
export type Reason = "unsupported" | "broken" | "too_large" | "disguised";

/** Fifty million pixels, of all frames together: what the Images service takes. */
export const mostPixels = 50_000_000;
const mostAcross = 20_000;

type Format = { type: string; begins: (head: string) => boolean; measure: Measure };
const formats: readonly Format[] = [
  { type: "image/png", begins: (s) => s.startsWith("\x89PNG\r\n\x1a\n"), measure: measurePng },
  { type: "image/jpeg", begins: (s) => s.startsWith("\xff\xd8\xff"), measure: measureJpeg },
  { type: "image/gif", begins: (s) => /^GIF8[79]a/.test(s), measure: measureGif },
  { type: "image/webp", begins: (s) => /^RIFF.{4}WEBP/s.test(s), measure: measureWebp },
  { type: "image/avif", begins: (s) => /^.{4}ftypavi[fs]/s.test(s), measure: measureAvif },
];

/** What a file is, by its bytes alone: no name and no header of the sender is asked. */
export function inspectPicture(bytes: Bytes): Inspected | Reason {
  const head = latin(bytes, 0, 32);
  const format = formats.find(({ begins }) => begins(head));
  if (!format) return "unsupported";
  const size = format.measure(bytes);
  if (!size || size.width === 0 || size.height === 0) return "broken";
  const { width, height, frames } = size;
  if (width > mostAcross || height > mostAcross || width * height * frames > mostPixels)
    return "too_large";
  return hasMarkup(bytes) ? "disguised" : { type: format.type, width, height };
}

/** A picture, or what people attach to a message: a PDF or plain text. */
export function inspectAttachment(bytes: Bytes): Inspected | Reason {
  const found = inspectPicture(bytes);
  if (found !== "unsupported") return found;
  if (latin(bytes, 0, 5) === "%PDF-") {
    const tail = latin(bytes, Math.max(0, bytes.length - 1_024), bytes.length);
    return tail.includes("%%EOF") ? document("application/pdf") : "broken";
  }
  return isPlainText(bytes) ? document("text/plain") : "unsupported";
}

const document = (type: string) => ({ type, width: null, height: null });

function isPlainText(bytes: Bytes): boolean {
  if (bytes.length === 0) return false;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return !/[^\P{Cc}\t\r\n\f]/u.test(text);
  } catch {
    return false;
  }
}

/** What a browser, PHP or a PDF reader would look for in a file that only claims to be a picture. */
const markup = /^(<(script|html|!doctype|iframe|\?php|svg[\s/>])|%pdf-\d)/i;

function hasMarkup(bytes: Bytes): boolean {
  for (const sign of [0x3c, 0x25])
    for (let at = bytes.indexOf(sign); at !== -1; at = bytes.indexOf(sign, at + 1))
      if (markup.test(latin(bytes, at, at + 9))) return true;
  return false;
}
