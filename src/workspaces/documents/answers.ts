/** Why a room did not do what it was asked; it never throws across a stub. */
export type Refusal =
  /** What is stored cannot be loaded, or a write failed: nothing was changed. */
  | "unavailable"
  /** The document was closed because it was deleted. */
  | "gone"
  /** The author was removed or demoted since the request was let through. */
  | "not_allowed"
  | "not_found"
  /** It is not in the state that the caller expects; `etag` names the one it is in. */
  | "stale"
  /** The state that the text is based on is no longer known: read again. */
  | "base_unknown"
  | "too_large"
  | "too_many_versions"
  /** Stored bytes are not those that the history vouches for. */
  | "corrupt";

export type Refused = { ok: false; refusal: Refusal; etag?: string };
export type Answer<T> = ({ ok: true } & T) | Refused;

export const refuse = (refusal: Refusal, more: { etag?: string } = {}): Refused => {
  return { ok: false, refusal, ...more };
};

export const answer = <T extends object>(data: T): { ok: true } & T => ({ ok: true, ...data });
