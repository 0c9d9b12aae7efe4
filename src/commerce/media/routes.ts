import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { user } from "../../identity/guard";
import { Image, ProductId } from "../catalog/schema";
import { deleteFile } from "./files";
import { largestForm, readUpload } from "./form";
import { addImage, removeImage } from "./images";
import { uploadProblems } from "./problems";
import { ImageId, Media, MediaId, MediaKey, UploadQuery } from "./schema";
import { serveMedia } from "./serve";
import { storeUpload } from "./store";

export const media = router("Media");

media.post(
  "/",
  "Upload an avatar or an attachment",
  {
    auth: user,
    query: UploadQuery,
    upload: "multipart/form-data",
    maxBody: largestForm,
    returns: { 201: Media },
    throws: uploadProblems,
    description: "At most 10 MiB. What the file is, is decided by its content.",
  },
  async ({ ctx, query, c }) => (await storeUpload(ctx, await readUpload(c), query.purpose))!,
);

media.get(
  "/{key}",
  "Read a file",
  {
    auth: anyone,
    params: MediaKey,
    raw: "image/webp",
    throws: ["media_not_found", "range_not_satisfiable"],
    description:
      "Pictures are WebP, at most 1,200 pixels wide and high, or as many as the ending says: " +
      "`_160`, `_480`, `_1200`. Documents are sent to be saved.",
  },
  ({ c, params }) => serveMedia(c, params.key),
);

media.delete(
  "/{id}",
  "Delete a file of one's own",
  { auth: user, params: MediaId, returns: { 204: null }, throws: ["media_not_found"] },
  ({ ctx, params }) => deleteFile(ctx, params.id),
);

export const productImages = router("Products");

productImages.post(
  "/{id}/images",
  "Add an image",
  {
    auth: user,
    params: ProductId,
    upload: "multipart/form-data",
    maxBody: largestForm,
    returns: { 201: Image },
    throws: [...uploadProblems, "product_not_found", "merchant_role_required", "too_many_images"],
  },
  async ({ ctx, params, c }) => addImage(ctx, params.id, await readUpload(c)),
);

productImages.delete(
  "/{id}/images/{imageId}",
  "Remove an image",
  {
    auth: user,
    params: ImageId,
    returns: { 204: null },
    throws: ["product_not_found", "merchant_role_required", "image_not_found"],
  },
  ({ ctx, params }) => removeImage(ctx, params.id, params.imageId),
);
