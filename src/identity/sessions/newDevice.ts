import { sql } from "drizzle-orm";
import { networkOf } from "../../http/limitKey";
import { deviceOf } from "./device";

/** `Firefox on Linux|192.0.2`: of IPv4 the /24, of IPv6 the /48, for addresses wander. */
export function deviceKey({ userAgent, ip }: { userAgent: string; ip: string }): string {
  const network = networkOf(ip);
  const around = network.includes(":")
    ? network.split(":").slice(0, 3).join(":")
    : network.split(".").slice(0, 3).join(".");
  return `${deviceOf(userAgent)}|${around}`;
}

/** Of a session just opened: its person had others, and none of them from this device. */
export const isNewDevice = (sessionId: string) => sql`EXISTS (
  SELECT 1 FROM sessions opened
  JOIN sessions other ON other.user_id = opened.user_id AND other.id <> opened.id
  WHERE opened.id = ${sessionId}
) AND NOT EXISTS (
  SELECT 1 FROM sessions opened
  JOIN sessions other ON other.user_id = opened.user_id AND other.device = opened.device
    AND other.id <> opened.id
  WHERE opened.id = ${sessionId}
)`;
