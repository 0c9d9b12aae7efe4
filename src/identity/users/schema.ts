import { z } from "zod";

export const FoundUser = z
  .object({ id: z.uuid(), displayName: z.string(), avatarUrl: z.string().nullable() })
  .meta({ id: "FoundUser" });
export type FoundUser = z.output<typeof FoundUser>;

export const PublicUser = FoundUser.extend({ createdAt: z.iso.datetime() }).meta({
  id: "PublicUser",
});
export type PublicUser = z.output<typeof PublicUser>;

export const UserSearch = z.object({
  q: z
    .string()
    .trim()
    .max(100)
    .refine((text) => text.isWellFormed(), "has broken characters")
    .refine((text) => [...text].length >= 3, "needs 3 characters or more"),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  exclude: z
    .string()
    .max(4_000)
    .default("")
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(z.uuid()).max(100))
    .describe("Ids of people to leave out, comma separated."),
});
export type UserSearch = z.output<typeof UserSearch>;

export const UserId = z.object({ id: z.uuid() });
