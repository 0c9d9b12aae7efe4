import type { Actor } from "../data/context";
import { refuse } from "./problem";

/** What a route asks of whoever speaks for somebody else: an API key, or an administrator. */
export type Use = {
  /** `<area>:read` for GET, else `<area>:write`; the area is the route's tag, as `tax-and-shipping`. */
  scope: string;
  /** Whether a person may let others do this at all. What changes who they are, nobody else does. */
  delegable: boolean;
};

const areas = new Set<string>();
const personal = "Identity";

export function useOf(tag: string, writes: boolean, delegable = tag !== personal || !writes): Use {
  const area = tag.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  areas.add(area);
  return { scope: `${area}:${writes ? "write" : "read"}`, delegable };
}

/** Every scope that a key may have. Nobody gives away the right to change who they are. */
export const grantable = (): string[] =>
  [...areas]
    .flatMap((area) => [`${area}:read`, `${area}:write`])
    .filter((scope) => scope !== `${personal.toLowerCase()}:write`)
    .toSorted();

/** To write is also to read. */
const covers = (scopes: readonly string[], scope: string) =>
  scopes.includes(scope) || scopes.includes(scope.replace(/:read$/, ":write"));

/** Whether somebody who speaks for another may do this; whoever speaks for themselves may. */
export function permits({ keyId, scopes, impersonatorId }: Actor, use: Use | undefined): boolean {
  if (keyId === undefined && impersonatorId === undefined) return true;
  if (!use?.delegable) return false;
  return keyId === undefined || covers(scopes ?? [], use.scope);
}

/** The problem to tell whom `permits` says no to. */
export function whyNotPermitted({ keyId }: Actor, use: Use | undefined) {
  if (keyId === undefined || !use?.delegable) return refuse("own_session_required");
  return refuse("insufficient_scope", {
    data: { scope: use.scope },
    headers: {
      "www-authenticate": `Bearer realm="rimlight", error="insufficient_scope", scope="${use.scope}"`,
    },
  });
}
