import { env } from "cloudflare:workers";
import type { C } from "../../http/answer";
import { refuse } from "./problems";
import { originalOf, renderingOf, type Width } from "./render";

const forEver = "public, max-age=31536000, immutable";
/** A smaller rendering is on its way: the large one stands in for it. */
const forNow = "public, max-age=10";

/** A picture as we rendered it, or a document to save; nothing that somebody sent runs anywhere. */
export async function serveMedia(c: C, address: string): Promise<Response> {
  const [key = "", width] = address.split("_");
  const wanted = width === undefined ? 1200 : (Number(width) as Width);
  const name = key.startsWith("d") ? originalOf(key) : renderingOf(key, wanted);
  const answer =
    (await respondObject(c, name, forEver)) ??
    (wanted === 1200 ? null : await respondObject(c, renderingOf(key, 1200), forNow));
  if (!answer) throw refuse("media_not_found");
  return answer;
}

async function respondObject(c: C, name: string, caching: string): Promise<Response | null> {
  const asked = c.req.header("range");
  const head = asked === undefined ? null : await env.MEDIA.head(name);
  const range = head && rangeOf(asked ?? "", head.size, c.req.header("if-range"), head.httpEtag);
  const known = c.req.header("if-none-match");
  const object = await env.MEDIA.get(name, {
    ...(range && { range }),
    ...(known !== undefined && { onlyIf: new Headers({ "if-none-match": known }) }),
  });
  if (!object) return null;
  const { httpEtag, size, httpMetadata, customMetadata } = object;
  const headers = new Headers({
    etag: httpEtag,
    "accept-ranges": "bytes",
    "cache-control": caching,
    "content-type": httpMetadata?.contentType ?? "application/octet-stream",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  });
  const saveAs = customMetadata?.name;
  if (saveAs !== undefined)
    headers.set("content-disposition", `attachment; filename*=UTF-8''${encodeName(saveAs)}`);
  if (!("body" in object)) return new Response(null, { status: 304, headers });
  headers.set("content-length", String(range?.length ?? size));
  if (!range) return new Response(object.body, { headers });
  const last = range.offset + range.length - 1;
  headers.set("content-range", `bytes ${range.offset}-${last}/${size}`);
  return new Response(object.body, { status: 206, headers });
}

/** RFC 9110, section 14: one range; several, or none that we understand, are answered in full. */
function rangeOf(text: string, size: number, ifRange: string | undefined, etag: string) {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text.trim()) ?? [];
  if ((!first && !last) || (ifRange !== undefined && ifRange !== etag)) return null;
  const offset = first ? Number(first) : Math.max(0, size - Number(last));
  const end = first && last ? Math.min(size, Number(last) + 1) : size;
  if (first && last && Number(last) < offset) return null;
  if (offset >= size)
    throw refuse("range_not_satisfiable", { headers: { "content-range": `bytes */${size}` } });
  return { offset, length: end - offset };
}

/** RFC 8187: percent-encoded UTF-8. */
const encodeName = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
