import { z } from "zod";
import { respond } from "../../http/answer";
import { anyone } from "../../http/guard";
import { PageQuery } from "../../http/page";
import { router } from "../../http/route";
import { admin, strictly } from "../../identity/guard";
import { deleteFlag, evaluateAll, listFlags, readFlag, setFlag, subjectOf } from "./flags";
import { evaluateBulk, evaluateOne } from "./ofrep";
import { AskedProject, Evaluation, EvaluationRequest, Flag, FlagChange, FlagKey } from "./schema";

export const flags = router("Flags");

flags.get(
  "/",
  "Tell the flags as they are for the caller",
  {
    auth: anyone,
    query: AskedProject,
    returns: { 200: z.array(Evaluation) },
    description: "Without credentials, percentages are as if their flag was off.",
  },
  ({ ctx, query }) => evaluateAll(ctx, subjectOf(ctx, query)),
);

export const ofrep = router("Flags");

const protocol = "As the OpenFeature Remote Evaluation Protocol says, without our envelope. ";

ofrep.post(
  "/evaluate/flags",
  "Evaluate all flags for a context",
  {
    auth: anyone,
    body: EvaluationRequest,
    raw: "application/json",
    description:
      `${protocol}\`role\` and \`userId\` of the context are believed from administrators only; of ` +
      "anybody else they are those of the credentials. Answers 304 to an `If-None-Match` that holds.",
  },
  async ({ ctx, body, c }) => {
    const { text, etag } = await evaluateBulk(ctx, body);
    return c.req.header("if-none-match") === etag
      ? respond(c, 304, null, { etag })
      : respond(c, 200, text, { etag });
  },
);

ofrep.post(
  "/evaluate/flags/{key}",
  "Evaluate one flag for a context",
  {
    auth: anyone,
    params: z.object({ key: z.string().max(200) }),
    body: EvaluationRequest,
    raw: "application/json",
    description: `${protocol}A flag nobody made is 404 with \`FLAG_NOT_FOUND\`.`,
  },
  async ({ ctx, params, body, c }) => {
    const { status, answer } = await evaluateOne(ctx, params.key, body);
    return respond(c, status, JSON.stringify(answer));
  },
);

export const flagAdministration = router("Administration");

flagAdministration.get(
  "/",
  "List flags",
  { auth: strictly(admin), query: PageQuery, list: Flag, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listFlags(ctx, query),
);

flagAdministration.get(
  "/{key}",
  "Read a flag",
  { auth: strictly(admin), params: FlagKey, returns: { 200: Flag }, throws: ["flag_not_found"] },
  ({ ctx, params }) => readFlag(ctx, params.key),
);

flagAdministration.put(
  "/{key}",
  "Make a flag or replace it",
  {
    auth: strictly(admin),
    params: FlagKey,
    body: FlagChange,
    returns: { 200: Flag },
    throws: ["flag_not_found", "flag_type_kept", "version_mismatch"],
    description: "It holds at once where it was set, and everywhere within a minute.",
  },
  ({ ctx, params, body }) => setFlag(ctx, params.key, body),
);

flagAdministration.delete(
  "/{key}",
  "Delete a flag",
  {
    auth: strictly(admin),
    params: FlagKey,
    returns: { 204: null },
    throws: ["flag_not_found", "version_mismatch"],
  },
  ({ ctx, params }) => deleteFlag(ctx, params.key),
);
