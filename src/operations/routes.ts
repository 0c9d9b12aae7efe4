import { z } from "zod";
import { anyone } from "../http/guard";
import { router } from "../http/route";

export const system = router("System");

const Health = z.object({ status: z.literal("ok"), service: z.literal("rimlight") });

system.hono.get("/health", (c) => c.json({ status: "ok", service: "rimlight" }));
void Health;
void anyone;
