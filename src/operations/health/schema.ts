import { z } from "zod";

const Dependency = z.object({
  status: z
    .enum(["ok", "failing", "unconfigured", "sandbox"])
    .meta({ description: "sandbox: it works, but no money moves" }),
  latencyMs: z.int(),
  required: z.boolean(),
});

export const Readiness = z
  .object({
    status: z
      .enum(["ok", "degraded", "failing"])
      .meta({ description: "degraded: something that is not required fails" }),
    dependencies: z.record(z.string(), Dependency),
  })
  .meta({ id: "Readiness" });
export type Readiness = z.output<typeof Readiness>;
