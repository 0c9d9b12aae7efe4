import { env } from "cloudflare:workers";
import { attempt } from "../../data/attempt";
import { refuse as refuseProject } from "../projects/problems";
import type { Refusal, Refused } from "./answers";
import { refuse } from "./problems";

const codes = {
  unavailable: "document_unavailable",
  gone: "document_not_found",
  not_found: "version_not_found",
  stale: "document_changed",
  base_unknown: "base_unknown",
  too_large: "document_too_large",
  too_many_versions: "too_many_versions",
  corrupt: "version_corrupt",
} as const satisfies Record<Exclude<Refusal, "not_allowed">, string>;

export const roomOf = (documentId: string) => env.DOCUMENT_ROOM.getByName(documentId);

/** What a room answered; its refusals become the problems of the contract. */
export async function ask<A extends { ok: boolean }>(call: () => Promise<A>, repeatable = true) {
  const answer = await attempt(call, { repeatable, within: 20_000 });
  if (answer.ok) return answer as Extract<A, { ok: true }>;
  const { refusal, etag } = answer as unknown as Refused;
  if (refusal === "not_allowed") throw refuseProject("project_role_required");
  throw refuse(codes[refusal], etag === undefined ? {} : { headers: { etag: `"${etag}"` } });
}
