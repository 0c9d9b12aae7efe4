import { anyone } from "../../http/guard";
import { router } from "../../http/route";
import { publicKeys } from "./keyring";

export const jwks = router("System");

jwks.get(
  "/.well-known/jwks.json",
  "Public keys that verify access tokens",
  { auth: anyone, raw: "application/json" },
  async ({ c, ctx }) =>
    c.json({ keys: await publicKeys(ctx) }, 200, { "cache-control": "public, max-age=300" }),
);
