import type { C } from "../../http/answer";
import { refuse as refuseAny } from "../../http/problem";
import type { Bytes } from "./formats/bytes";
import { refuse } from "./problems";

/** 10 MiB. */
const largestFile = 10 * 1_048_576;
/** What the form around a file may take. */
export const largestForm = largestFile + 65_536;

export type Upload = { bytes: Bytes; name: string; fields: Record<string, string> };

/** The one file of a form, and its other fields. */
export async function readUpload(c: C): Promise<Upload> {
  const type = c.req.header("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type))
    throw refuseAny("unsupported_media_type", { detail: "Send multipart/form-data." });
  const form = await new Response(c.req.raw.body, { headers: { "content-type": type } })
    .formData()
    .catch((error) => {
      const detail = "The body is not valid multipart/form-data.";
      throw error instanceof TypeError ? refuseAny("unreadable_body", { detail }) : error;
    });
  const file = form.get("file");
  if (!(file instanceof File)) throw refuse("file_missing");
  if (file.size > largestFile) throw refuseAny("body_too_large");
  const texts = [...form].filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    name: cleanName(file.name),
    fields: Object.fromEntries(texts),
  };
}

/** A name to save the file under, never one to store or to serve it by. */
const cleanName = (name: string) =>
  name
    .replace(/^.*[/\\]/s, "")
    .replace(/[\p{Cc}\p{Cf}"]/gu, "")
    .trim()
    .slice(0, 120) || "file";
