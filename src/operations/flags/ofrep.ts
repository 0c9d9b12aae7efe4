import type { AnyContext } from "../../data/context";
import { sha256 } from "../../lib/crypto";
import { evaluate, type Subject, TargetingKeyMissing } from "./evaluate";
import { allFlags, subjectOf } from "./flags";
import type { Evaluation, EvaluationRequest, Flag } from "./schema";

type Refusal = { key: string; errorCode: string; errorDetails: string };

/** One flag in the words of the OpenFeature Remote Evaluation Protocol. */
export async function evaluateOne(
  ctx: AnyContext,
  key: string,
  { context }: EvaluationRequest,
): Promise<{ status: 200 | 400 | 404; answer: Evaluation | Refusal }> {
  const flag = (await allFlags(ctx)).get(key);
  if (!flag) {
    const errorDetails = "There is no flag of this name.";
    return { status: 404, answer: { key, errorCode: "FLAG_NOT_FOUND", errorDetails } };
  }
  const answer = tell(flag, subjectOf(ctx, context));
  return { status: "errorCode" in answer ? 400 : 200, answer };
}

/** All flags; those that need a targeting key say so in their place. */
export async function evaluateBulk(ctx: AnyContext, { context }: EvaluationRequest) {
  const subject = subjectOf(ctx, context);
  const told = [...(await allFlags(ctx)).values()].map((flag) => tell(flag, subject));
  const text = JSON.stringify({ flags: told });
  return { text, etag: `"${(await sha256(text)).slice(0, 22)}"` };
}

function tell(flag: Flag, subject: Subject): Evaluation | Refusal {
  try {
    return evaluate(flag, subject);
  } catch (error) {
    if (!(error instanceof TargetingKeyMissing)) throw error;
    const errorDetails = "The flag is served by percentage: name a targetingKey.";
    return { key: flag.key, errorCode: "TARGETING_KEY_MISSING", errorDetails };
  }
}
