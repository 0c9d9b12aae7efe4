import { router } from "../../http/route";
import { admin, strictly } from "../../identity/guard";
import { listAudit, verifyAudit } from "./audit";
import { AuditEntry, AuditFilter, AuditProof, ProofQuery } from "./schema";

export const audit = router("Administration");

audit.get(
  "/",
  "List what was done, the latest first",
  { auth: strictly(admin), query: AuditFilter, list: AuditEntry, throws: ["invalid_cursor"] },
  ({ ctx, query }) => listAudit(ctx, query),
);

audit.get(
  "/verify",
  "Prove that the log is unbroken, or say where it broke",
  { auth: strictly(admin), query: ProofQuery, returns: { 200: AuditProof } },
  ({ ctx, query }) => verifyAudit(ctx, query),
);
