import { iso } from "../../lib/time";
import type { Image } from "../catalog/schema";
import type { Media } from "./schema";
import { type media, type mediaView, productImages } from "./tables";

export const imageView = {
  id: productImages.id,
  key: productImages.key,
  alt: productImages.alt,
  width: productImages.width,
  height: productImages.height,
};

const addressOf = (key: string, width?: number) =>
  `/api/v1/media/${key}${width === undefined ? "" : `_${width}`}`;

const thumbnailsOf = (key: string) => ({
  160: addressOf(key, 160),
  480: addressOf(key, 480),
  1200: addressOf(key, 1200),
});

type ImageRow = Omit<Image, "url" | "thumbnails"> & { key: string };

export const presentImage = ({ key, ...image }: ImageRow): Image => ({
  ...image,
  url: addressOf(key),
  thumbnails: thumbnailsOf(key),
});

type MediaRow = { [K in keyof typeof mediaView]: (typeof media.$inferSelect)[K] };

export const presentMedia = ({ createdAt, ...row }: MediaRow): Media => ({
  ...row,
  url: addressOf(row.key),
  thumbnails: row.width === null ? null : thumbnailsOf(row.key),
  createdAt: iso(createdAt),
});
