import type { Condition, Evaluation, Flag, Serve } from "./schema";
import { points } from "./schema";

/** Who asks, as far as a rule may know. */
export type Subject = {
  /** Decides percentages: the same key is always on the same side. */
  targetingKey?: string | undefined;
  role?: string | undefined;
  userId?: string | undefined;
  projectId?: string | undefined;
};

/** A percentage was asked for somebody without a targeting key. */
export class TargetingKeyMissing extends Error {
  override name = "TargetingKeyMissing";
}

/** @throws {TargetingKeyMissing} */
export function evaluate(flag: Flag, subject: Subject): Evaluation {
  const serve = (variant: string, reason: Evaluation["reason"]): Evaluation => {
    return { key: flag.key, value: flag.variants[variant]!, variant, reason };
  };
  if (!flag.enabled) return serve(flag.offVariant, "DISABLED");
  const rule = flag.rules.find(({ when }) => holds(when, subject));
  const chosen = rule?.serve ?? flag.otherwise;
  if ("split" in chosen) return serve(sideOf(flag.key, chosen, subject), "SPLIT");
  return serve(chosen.variant, rule ? "TARGETING_MATCH" : "STATIC");
}

const holds = ({ roles, userIds, projectIds }: Condition, subject: Subject) =>
  isAmong(roles, subject.role) &&
  isAmong(userIds, subject.userId) &&
  isAmong(projectIds, subject.projectId);

const isAmong = (list: readonly string[] | undefined, value: string | undefined) =>
  list === undefined || (value !== undefined && list.includes(value));

/** A share that grows keeps whom it had: the sides lie in order on one line. */
function sideOf(
  key: string,
  { split }: Extract<Serve, { split: unknown }>,
  { targetingKey }: Subject,
): string {
  if (targetingKey === undefined) throw new TargetingKeyMissing();
  let left = placeOf(`${key}\n${targetingKey}`);
  for (const { variant, percent } of split) {
    left -= points(percent);
    if (left < 0) return variant;
  }
  return split.at(-1)!.variant;
}

/** A stable place in 0…9,999: FNV-1a over UTF-16 units, then the finalizer of MurmurHash3. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 10_000;
}
