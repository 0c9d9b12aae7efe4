import type { Context } from "../../data/context";
import { dataText } from "../../http/answer";
import { Stored } from "../../http/cacheMemory";
import { iso } from "../../lib/time";
import { admitTo, requireReader } from "./admittance";
import { ask, roomOf } from "./remote";
import type { Content, NewContent } from "./schema";

const sealed = <T extends { etag: string }>(data: T) =>
  new Stored<T>(dataText(data), { etag: `"${data.etag}"` });

/** What stands in the document now, with the state that a later write can name. */
export async function readContent(ctx: Context, id: string): Promise<Stored<Content>> {
  await requireReader(ctx, id);
  const { text, etag, generation, updatedAt } = await ask(async () => roomOf(id).readText());
  return sealed({ text, etag, generation, updatedAt: iso(updatedAt) });
}

/** `"…"`, weak or not; `*` matches whatever is there. */
const stateIn = (header: string | null | undefined) =>
  header && header !== "*" ? { ifMatch: header.replace(/^(W\/)?"(.*)"$/, "$2") } : {};

/** Makes a text the document's, and keeps what others typed since its author read it. */
export async function writeContent(ctx: Context, id: string, { text, base }: NewContent) {
  const { epoch } = await admitTo(ctx, id, "collaborator");
  const author = ctx.actor.id;
  const ifMatch = stateIn(ctx.request?.headers.get("if-match"));
  const input = { author, epoch, text, ...ifMatch, ...(base && { base }) };
  const { changed, etag } = await ask(async () => roomOf(id).writeText(input), false);
  return sealed({ changed, etag });
}

const types = { json: "application/json", markdown: "text/markdown", text: "text/plain" };

/** The document as a file: code is fenced in Markdown, with its language. */
export async function exportDocument(ctx: Context, id: string, format: keyof typeof types) {
  const { path, language } = await requireReader(ctx, id);
  const { text, etag, updatedAt } = await ask(async () => roomOf(id).readText());
  const about = { id, path, language, etag, updatedAt: iso(updatedAt), text };
  const body =
    format === "json"
      ? JSON.stringify(about, null, 2)
      : format === "markdown"
        ? markdownOf(language, text)
        : text;
  const name = `${path.split("/").at(-1)}${format === "text" ? "" : format === "json" ? ".json" : ".md"}`;
  return new Response(body, {
    headers: {
      "content-type": `${types[format]}; charset=utf-8`,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      etag: `"${etag}"`,
    },
  });
}

/** A fence is longer than any row of backticks in the text. */
function markdownOf(language: string, text: string): string {
  if (language === "markdown") return text;
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language === "plaintext" ? "" : language}\n${text.replace(/\n?$/, "\n")}${fence}\n`;
}
