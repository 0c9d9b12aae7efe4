import { z } from "zod";

export const providerName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

/** A path of this very site, so that no sign-in ends anywhere else. */
export const Redirect = z
  .string()
  .max(500)
  .refine(
    (path) =>
      /^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(path) &&
      URL.canParse(path, "https://site.invalid") &&
      new URL(path, "https://site.invalid").origin === "https://site.invalid",
    "is not a path of this site",
  )
  .default("/");

export const ProviderName = z.object({ provider: providerName });
export const OAuthStart = z.object({ redirect: Redirect });
export const OAuthRequest = z.object({ redirect: Redirect }).meta({ id: "OAuthRequest" });
export const OAuthStarted = z.object({ authorizationUrl: z.url() }).meta({ id: "OAuthStarted" });

const text = z.string().min(1).max(4_096);
export const OAuthAnswer = z.object({
  state: z.string().max(200).optional(),
  code: text.optional(),
  iss: text.optional(),
  error: text.optional(),
});
export type OAuthAnswer = z.output<typeof OAuthAnswer>;

export const Provider = z
  .object({ provider: z.string(), name: z.string() })
  .meta({ id: "Provider" });
export type Provider = z.output<typeof Provider>;

export const Identity = z
  .object({
    id: z.uuid(),
    provider: z.string(),
    label: z
      .string()
      .nullable()
      .describe("What the provider called the person when it was linked."),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
  })
  .meta({ id: "Identity" });
export type Identity = z.output<typeof Identity>;

export const IdentityId = z.object({ id: z.uuid() });
