import { z } from "zod";
import { currencies } from "../lib/currencies";
import { Task } from "../tasks/schema";
import { roles } from "./roles";
import { normalizeAddress } from "./users/address";
import { normalizeName } from "./users/name";

/** A text that must have, and is replaced by, its one normal form. */
export const normal = (most: number, normalize: (text: string) => string | null, message: string) =>
  z
    .string()
    .min(1)
    .max(most)
    .transform((text, check) => {
      const result = normalize(text);
      if (result === null) check.addIssue({ code: "custom", message, input: text });
      return result ?? z.NEVER;
    });

export const Email = normal(320, normalizeAddress, "is not a mail address we can send to").meta({
  example: "ada@example.com",
});

export const DisplayName = normal(400, normalizeName, "is a visible name of at most 80 characters");

const codePoints = (text: string) => [...text.normalize("NFKC")].length;

/** A password to be set; one to be checked may be anything. */
export const NewPassword = z
  .string()
  .max(1_024)
  .refine((text) => text.isWellFormed(), "has broken characters")
  .refine((text) => codePoints(text) >= 8, "needs 8 characters or more")
  .refine((text) => codePoints(text) <= 256, "may have 256 characters at most");

export const Password = z
  .string()
  .min(1)
  .max(1_024)
  .refine((text) => text.isWellFormed(), "has broken characters");

const locale = (text: string) => {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
};

/** Only what this service holds itself: a picture elsewhere would tell who looks at it. */
const Avatar = z
  .string()
  .regex(/^\/api\/v1\/media\/[\w-]+(?:[./][\w-]+)*$/)
  .max(300);

export const Profile = z
  .object({
    id: z.uuid(),
    email: z.string().nullable(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    role: z.enum(roles),
    locale: z.string(),
    currency: z.enum(currencies),
    isVerified: z.boolean(),
    mfaEnabled: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "Profile" });
export type Profile = z.output<typeof Profile>;

export const Registration = z
  .object({ email: Email, password: NewPassword, displayName: DisplayName.optional() })
  .meta({ id: "Registration" });
export type Registration = z.output<typeof Registration>;

export const Login = z.object({ email: Email, password: Password }).meta({ id: "Login" });
export type Login = z.output<typeof Login>;

export const Tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string().nullable().describe("Null where it went into the cookie."),
    expiresIn: z.int().describe("Seconds for which the access token is good."),
  })
  .meta({ id: "Tokens" });
export type Tokens = z.output<typeof Tokens>;

export const SignedIn = Tokens.extend({ user: Profile }).meta({ id: "SignedIn" });
export type SignedIn = z.output<typeof SignedIn>;

/** Ways to meet a sign-in that asks for a second factor. */
export const methods = ["passkey", "totp", "recovery_code"] as const;

export const MfaChallenge = z
  .object({
    mfaRequired: z.literal(true),
    mfaToken: z.string().describe("For the second step, within five minutes."),
    methods: z.array(z.enum(methods)),
  })
  .meta({ id: "MfaChallenge" });
export type MfaChallenge = z.output<typeof MfaChallenge>;

export const LoggedIn = z.union([SignedIn, MfaChallenge]);
export type LoggedIn = z.output<typeof LoggedIn>;

export const ProfileChange = z
  .object({
    displayName: DisplayName,
    avatar: Avatar.nullable().describe("The path of one of our own images."),
    locale: normal(35, locale, "is not a language tag"),
    currency: z.enum(currencies),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
  .meta({ id: "ProfileChange" });
export type ProfileChange = z.output<typeof ProfileChange>;

export const RefreshToken = z
  .object({
    refreshToken: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe("Left out by pages of this site, which have it in a cookie."),
  })
  .meta({ id: "RefreshRequest" });

export const Session = z
  .object({
    id: z.uuid(),
    isCurrent: z.boolean(),
    device: z.string().describe("Browser and system, as far as they say."),
    userAgent: z.string(),
    place: z.object({ country: z.string(), city: z.string() }),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().describe("When it was refreshed last."),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Session" });
export type Session = z.output<typeof Session>;

export const SessionId = z.object({ id: z.uuid() });
export const RevokeRequest = z
  .object({ userId: z.uuid().optional() })
  .meta({ id: "RevokeRequest" });

/** Counts and the latest of what is one's own; every domain adds its part. */
export const Dashboard = z
  .object({
    tasks: z.object({
      todo: z.int(),
      inProgress: z.int(),
      latest: z.array(Task.pick({ id: true, title: true, status: true, dueAt: true })),
    }),
  })
  .meta({ id: "Dashboard" });
export type Dashboard = z.output<typeof Dashboard>;
