import { z } from "zod";
import { normalizeCode } from "./recovery";

export const Code = z
  .string()
  .max(32)
  .transform((text) => text.replace(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "has six digits"))
  .meta({ example: "123456" });

const RecoveryCode = z
  .string()
  .max(64)
  .transform((text, check) => {
    const code = normalizeCode(text);
    if (code === null)
      check.addIssue({ code: "custom", message: "is no recovery code", input: text });
    return code ?? z.NEVER;
  })
  .meta({ example: "7K3M-0QX2-VB9T-44HC-ZP1D-N8RE" });

const byCode = z.object({ code: Code });
const byRecoveryCode = z.object({ recoveryCode: RecoveryCode });

/** Either a code of the authenticator app, or one of the recovery codes. */
export const SecondFactor = z.union([byCode, byRecoveryCode]).meta({ id: "SecondFactor" });
export type SecondFactor = z.output<typeof SecondFactor>;

export const MfaToken = z.string().min(1).max(2_048);
const pending = { mfaToken: MfaToken };
export const SecondStep = z
  .union([byCode.extend(pending), byRecoveryCode.extend(pending)])
  .meta({ id: "SecondStep" });
export type SecondStep = z.output<typeof SecondStep>;

export const TotpSetup = z
  .object({
    secret: z.string().describe("Base32, to type into an app."),
    otpauthUrl: z.string().describe("The same, as a QR code has it."),
  })
  .meta({ id: "TotpSetup" });

export const TotpConfirmation = z.object({ code: Code }).meta({ id: "TotpConfirmation" });

export const RecoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()).describe("Shown this once; each works once.") })
  .meta({ id: "RecoveryCodes" });
