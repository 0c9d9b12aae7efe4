import { type TOTP, URI } from "otpauth";
import { data } from "./api";
import type { Person } from "./people";

export type App = {
  /** The code of so many steps from now: every step is good for one use only. */
  code: (steps?: number) => string;
  recoveryCodes: string[];
};

const codeOf = (otpauthUrl: string) => {
  const totp = URI.parse(otpauthUrl) as TOTP;
  return (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 });
};

export async function beginApp(ada: Person): Promise<(steps?: number) => string> {
  const { otpauthUrl } = await data(201, ada.api.post("/auth/mfa/totp", {}));
  return codeOf(otpauthUrl);
}

/** Sets up an authenticator app; the step before the present one is used up by it. */
export async function enrol(ada: Person): Promise<App> {
  const code = await beginApp(ada);
  const confirmed = ada.api.post("/auth/mfa/totp/confirm", { code: code(-1) });
  const { recoveryCodes } = await data(200, confirmed);
  return { code, recoveryCodes };
}
