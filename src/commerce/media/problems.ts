import { problems } from "../../http/problem";

export const refuse = problems({
  file_missing: [422, "Send the file as multipart/form-data, in the field file."],
  file_unsupported: [
    415,
    "By its content the file is none of JPEG, PNG, WebP, AVIF and GIF (nor, as an attachment, PDF or plain text).",
  ],
  file_broken: [422, "The file is broken, cut short, or goes on after its end."],
  file_disguised: [422, "The file is a picture that also holds markup, a script or a document."],
  picture_too_large: [422, "A picture has at most 50 million pixels, and 20,000 in one direction."],
  too_many_images: [409, "A product has at most twenty images."],
  image_not_found: [404, "The product has no such image."],
  media_not_found: [404, "There is no such file."],
  range_not_satisfiable: [416, "The file has no such range of bytes."],
});

export const reasons = {
  unsupported: "file_unsupported",
  broken: "file_broken",
  too_large: "picture_too_large",
  disguised: "file_disguised",
} as const;

/** What an upload may be refused for. */
export const uploadProblems = [
  "file_missing",
  "body_too_large",
  "unavailable",
  ...Object.values(reasons),
] as const;
