import type { Image } from "../catalog/schema";
import { productImages } from "./tables";

export const imageView = {
  id: productImages.id,
  key: productImages.key,
  alt: productImages.alt,
  width: productImages.width,
  height: productImages.height,
};

export const addressOf = (key: string, width?: number) =>
  `/api/v1/media/${key}${width === undefined ? "" : `_${width}`}`;

export const presentImage = ({
  key,
  ...image
}: Omit<Image, "url" | "thumbnails"> & { key: string }): Image => ({
  ...image,
  url: addressOf(key),
  thumbnails: {
    160: addressOf(key, 160),
    480: addressOf(key, 480),
    1200: addressOf(key, 1200),
  },
});
