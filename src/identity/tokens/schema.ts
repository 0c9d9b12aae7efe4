import { z } from "zod";

/** What follows `#token=` in a mailed link. */
export const MailedToken = z.string().min(1).max(200);

export const Redemption = z.object({ token: MailedToken }).meta({ id: "Redemption" });
