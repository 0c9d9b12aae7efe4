import { z } from "zod";
import { grantable } from "../../http/scope";
import { normal } from "../schema";
import { normalizeName } from "../users/name";

/** Which scopes there are follows from the routes, so it is asked when a key is made. */
const Scope = z
  .string()
  .max(100)
  .refine((scope) => grantable().includes(scope), {
    error: () => `is no scope; there are ${grantable().join(", ")}`,
  });

export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    hint: z.string().describe("The last four characters of the key."),
    scopes: z.array(z.string()),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().describe("Within the hour."),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.output<typeof ApiKey>;

export const CreatedApiKey = ApiKey.extend({
  key: z.string().describe("Shown this once."),
}).meta({ id: "CreatedApiKey" });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;

export const NewApiKey = z
  .object({
    name: normal(400, normalizeName, "is a visible name of at most 80 characters"),
    scopes: z
      .array(Scope)
      .min(1)
      .max(100)
      .transform((scopes) => [...new Set(scopes)]),
    expiresAt: z.iso
      .datetime({ offset: true })
      .refine((time) => Date.parse(time) > Date.now(), "is over already")
      .nullable()
      .default(null),
  })
  .meta({ id: "NewApiKey" });
export type NewApiKey = z.output<typeof NewApiKey>;

export const ApiKeyId = z.object({ id: z.uuid() });
