import { z } from "zod";
import { DisplayName } from "../../schema";
import { MfaToken } from "../schema";

const Bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/, "is not base64url");

const credential = {
  id: Bytes(1_400),
  rawId: Bytes(1_400),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}).default({}),
};

/** `RegistrationResponseJSON` of WebAuthn, level 3. */
const NewCredential = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Bytes(8_000),
    attestationObject: Bytes(20_000),
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
});

/** `AuthenticationResponseJSON` of WebAuthn, level 3. */
const Assertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Bytes(8_000),
    authenticatorData: Bytes(2_000),
    signature: Bytes(2_000),
    userHandle: Bytes(200).nullish(),
  }),
});

export const NewPasskey = z
  .object({ response: NewCredential, name: DisplayName.optional() })
  .meta({ id: "NewPasskey" });
export type NewPasskey = z.output<typeof NewPasskey>;

export const PasskeyLoginBegin = z
  .object({ mfaToken: MfaToken.optional() })
  .meta({ id: "PasskeyLoginBegin" });

export const PasskeyLogin = z
  .object({ response: Assertion, mfaToken: MfaToken.optional() })
  .meta({ id: "PasskeyLogin" });
export type PasskeyLogin = z.output<typeof PasskeyLogin>;

/** What `navigator.credentials` takes, as JSON; browsers read it themselves. */
export const Options = z.looseObject({ challenge: z.string() });

export const Passkey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    isDeviceBound: z.boolean(),
    isBackedUp: z.boolean(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.output<typeof Passkey>;

export const PasskeyId = z.object({ id: z.uuid() });
export const PasskeyName = z.object({ name: DisplayName }).meta({ id: "PasskeyName" });
