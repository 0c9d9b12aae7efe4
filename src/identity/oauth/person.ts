import { normalizeAddress } from "../users/address";
import { normalizeName } from "../users/name";

/** What a provider says of whoever signed in there. */
export type Told = {
  issuer: string;
  subject: string;
  /** As the provider verified it, in our spelling; null if it did not. */
  address: string | null;
  /** To tell this identity from others. */
  label: string | null;
  displayName: string | null;
};

type Claims = { email?: unknown; email_verified?: unknown; name?: unknown };

export function told(issuer: string, subject: string, claims: Claims): Told {
  const email = typeof claims.email === "string" ? normalizeAddress(claims.email) : null;
  const isVerified = claims.email_verified === true || claims.email_verified === "true";
  const name = typeof claims.name === "string" ? normalizeName(claims.name) : null;
  const address = isVerified ? email : null;
  return { issuer, subject, address, label: email ?? name, displayName: name };
}
