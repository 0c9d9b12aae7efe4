/** What a file is for decides what it may be. */
export const purposes = ["product", "avatar", "attachment"] as const;
export type Purpose = (typeof purposes)[number];
