import { and, eq, gt, ne } from "drizzle-orm";
import { sessions } from "../../identity/sessions/tables";
import type { Consumer } from "../../jobs/consume";
import { day } from "../../lib/time";
import { tellRooms } from "../projects/rooms";
import { documentVisits } from "./tables";

/** Consumer of `session.revoked`: sockets of sessions that have ended close with 4401. */
export const closeSockets: Consumer<"session.revoked"> = async (ctx, { payload }) => {
  const { scope, id, except = "" } = payload;
  const ended = await ctx.db
    .select({ id: sessions.id, userId: sessions.userId })
    .from(sessions)
    .where(
      scope === "session"
        ? eq(sessions.id, id)
        : and(
            eq(sessions.userId, id),
            ne(sessions.id, except),
            gt(sessions.revokedAt, Date.now() - day),
          ),
    );
  const userId = ended[0]?.userId;
  if (userId === undefined) return;
  const rooms = await ctx.db
    .select({ id: documentVisits.documentId })
    .from(documentVisits)
    .where(eq(documentVisits.userId, userId));
  for (const session of ended)
    await tellRooms(
      rooms.map((room) => room.id),
      (room) => room.revokeSession(session.id),
    );
};
