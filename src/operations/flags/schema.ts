import { z } from "zod";
import { PageQuery } from "../../http/page";
import { roles } from "../../identity/roles";

const time = z.iso.datetime();
const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, "is lower case letters, digits, dots, dashes, underscores");
const Variant = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);

export const FlagKey = z.object({ key: Name });

/** One variant, or several by percent of those who ask: who asks twice gets the same. */
const Serve = z.union([
  z.strictObject({ variant: Variant }),
  z.strictObject({
    split: z
      .array(z.strictObject({ variant: Variant, percent: z.number().min(0).max(100) }))
      .min(1)
      .max(20),
  }),
]);
export type Serve = z.output<typeof Serve>;

/** All that is named must hold, of each list one. */
const Condition = z.strictObject({
  roles: z.array(z.enum(roles)).min(1).max(5).optional(),
  userIds: z.array(z.uuid()).min(1).max(200).optional(),
  projectIds: z.array(z.uuid()).min(1).max(200).optional(),
});
export type Condition = z.output<typeof Condition>;

const Rule = z.strictObject({ when: Condition, serve: Serve });

const fields = z.object({
  description: z.string().trim().max(500).default(""),
  type: z.enum(["boolean", "string", "number", "json"]).default("boolean"),
  enabled: z.boolean(),
  variants: z
    .record(Variant, z.unknown())
    .default({ on: true, off: false })
    .describe("The value of each variant, all of the flag's type."),
  offVariant: Variant.default("off").describe("Served while the flag is off."),
  rules: z.array(Rule).max(50).default([]).describe("The first that holds decides."),
  otherwise: Serve.default({ variant: "on" }).describe("Served where no rule holds."),
});
export type FlagFields = z.output<typeof fields>;

/** Basis points, so that a percentage has two decimals and sums are exact. */
export const points = (percent: number) => Math.round(percent * 100);

const mostText = 20_000;

export const FlagChange = fields
  .superRefine((flag, { addIssue }) => {
    const say = (path: (string | number)[], message: string) =>
      addIssue({ code: "custom", path, message });
    const names = Object.keys(flag.variants);
    if (names.length === 0 || names.length > 20) say(["variants"], "are 1 to 20");
    if (lengthOf(flag) > mostText) say(["variants"], "make the flag too large");
    for (const name of names)
      if (!isOfType(flag.type, flag.variants[name]))
        say(["variants", name], `is not of type ${flag.type}`);
    const isKnown = (name: string) => names.includes(name);
    if (!isKnown(flag.offVariant)) say(["offVariant"], "is no variant of the flag");
    const checkServe = (serve: Serve, path: (string | number)[]) => {
      const parts = "variant" in serve ? [serve] : serve.split;
      if (!parts.every(({ variant }) => isKnown(variant)))
        say(path, "names a variant that the flag does not have");
      if ("variant" in serve) return;
      const sum = serve.split.reduce((all, { percent }) => all + points(percent), 0);
      if (sum !== 10_000) say(path, "must sum to 100 percent");
      if (new Set(parts.map(({ variant }) => variant)).size < parts.length)
        say(path, "names a variant twice");
    };
    checkServe(flag.otherwise, ["otherwise"]);
    const seen = new Set<string>();
    flag.rules.forEach(({ when, serve }, i) => {
      checkServe(serve, ["rules", i, "serve"]);
      const same = JSON.stringify(
        [when.roles, when.userIds, when.projectIds].map((list) => list?.toSorted()),
      );
      if (Object.keys(when).length === 0)
        say(["rules", i, "when"], "holds for everybody: say it in `otherwise`");
      if (seen.has(same))
        say(["rules", i, "when"], "can never decide: an earlier rule is the same");
      seen.add(same);
    });
  })
  .meta({ id: "FlagChange" });

/** Characters as JSON; what is nested too deep to be written is longer than anything. */
function lengthOf(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

const isOfType = (type: FlagFields["type"], value: unknown) =>
  type === "json" ? typeof value === "object" && value !== null : typeof value === type;

export const Flag = fields
  .extend({ key: Name, createdAt: time, updatedAt: time, version: z.int() })
  .meta({ id: "Flag" });
export type Flag = z.output<typeof Flag>;

export const FlagQuery = PageQuery;

export const AskedProject = z.object({ projectId: z.uuid().optional() });

/** What a flag is for the one who asks. */
export const Evaluation = z
  .object({
    key: z.string(),
    value: z.unknown(),
    variant: z.string(),
    reason: z.enum(["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "DEFAULT"]),
  })
  .meta({ id: "FlagEvaluation" });
export type Evaluation = z.output<typeof Evaluation>;

/** As the OpenFeature Remote Evaluation Protocol says; what else a context holds is ignored. */
export const EvaluationRequest = z
  .object({
    context: z
      .looseObject({
        targetingKey: z.string().min(1).max(200).optional(),
        role: z.string().max(40).optional(),
        userId: z.string().max(200).optional(),
        projectId: z.string().max(200).optional(),
      })
      .default({}),
  })
  .meta({ id: "EvaluationRequest" });
export type EvaluationRequest = z.output<typeof EvaluationRequest>;
