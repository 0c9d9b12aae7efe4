import { z } from "zod";
import { Password } from "../schema";

export const Deletion = z
  .object({
    password: Password.optional().describe(
      "Needed by whoever has one; others must have signed in within the last ten minutes.",
    ),
  })
  .meta({ id: "Deletion" });
export type Deletion = z.output<typeof Deletion>;

/** Its members are named after what keeps something of people. */
export const Export = z
  .object({ exportedAt: z.iso.datetime() })
  .catchall(z.unknown())
  .meta({ id: "Export" });
export type Export = z.output<typeof Export>;
