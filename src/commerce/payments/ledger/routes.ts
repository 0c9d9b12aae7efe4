import { router } from "../../../http/route";
import { user } from "../../../identity/guard";
import { Statement, StatementOf, StatementPeriod, StatementQuery } from "./schema";
import { readStatement, writeStatement } from "./statements";

export const statements = router("Merchants");

const throws = ["merchant_not_found", "merchant_role_required"] as const;

statements.get(
  "/{id}/statements",
  "Read what the platform owes a merchant",
  {
    auth: user,
    params: StatementOf,
    query: StatementQuery,
    returns: { 200: Statement },
    throws: [...throws, "invalid_cursor"],
  },
  ({ ctx, params, query }) => readStatement(ctx, params.id, query),
);

statements.get(
  "/{id}/statements.csv",
  "Download the lines of a statement",
  { auth: user, params: StatementOf, query: StatementPeriod, raw: "text/csv", throws },
  async ({ ctx, params, query }) => {
    const { from, to } = query;
    const lines = await writeStatement(ctx, params.id, query);
    const headers = {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="statement-${from}-${to}.csv"`,
    };
    return new Response(lines, { headers });
  },
);
