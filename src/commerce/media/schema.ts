import { z } from "zod";
import { Image } from "../catalog/schema";
import { purposes } from "./choices";

/** `key` is the last part of `url`: all that a message or a profile needs to keep. */
export const Media = z
  .object({
    id: z.uuid(),
    key: z.string(),
    url: z.string(),
    thumbnails: Image.shape.thumbnails.nullable(),
    purpose: z.enum(purposes),
    type: z.string(),
    name: z.string(),
    bytes: z.int(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Media" });
export type Media = z.output<typeof Media>;

/** What people may upload by themselves; pictures of products go to their product. */
export const UploadQuery = z.object({ purpose: z.enum(["avatar", "attachment"]) });
export const MediaId = z.object({ id: z.uuid() });
export const MediaKey = z.object({ key: z.string().regex(/^[pd][0-9a-f]{32}(_(160|480|1200))?$/) });
export const ImageId = z.object({ id: z.uuid(), imageId: z.uuid() });
export const Alt = z.string().trim().max(300).default("");
