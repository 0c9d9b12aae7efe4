import { anyone } from "../../http/guard";
import { refuse } from "../../http/problem";
import { router } from "../../http/route";
import { second } from "../../lib/time";
import { probeAll, probes } from "./probes";
import { Readiness } from "./schema";

export const health = router("System");

/** What was found in the last second: asking often must not cost the dependencies anything. */
let found: { at: number; readiness: Readiness } | undefined;

health.get(
  "/ready",
  "Tell whether everything this service stands on answers",
  {
    auth: anyone,
    returns: { 200: Readiness },
    throws: ["misconfigured"],
    description:
      "503 if something required fails; the problem then carries `dependencies` as the answer does.",
  },
  async () => {
    if (!found || Date.now() - found.at > second)
      found = { readiness: await probeAll(probes), at: Date.now() };
    const { readiness } = found;
    if (readiness.status !== "failing") return readiness;
    const code =
      readiness.dependencies.secrets?.status === "failing" ? "misconfigured" : "unavailable";
    throw refuse(code, { data: { dependencies: readiness.dependencies } });
  },
);
