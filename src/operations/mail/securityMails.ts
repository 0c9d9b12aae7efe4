import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { deviceOf } from "../../identity/sessions/device";
import { sessions } from "../../identity/sessions/tables";
import { linkOf } from "../../identity/tokens/oneTime";
import type { Consumer } from "../../jobs/consume";
import { addressee } from "./accountMails";
import { deliver } from "./deliver";
import { verificationMail } from "./templates/account";
import {
  addressChangeMail,
  addressUndoMail,
  newDeviceMail,
  noticeMail,
  resetMail,
} from "./templates/security";

const templates = {
  verify_email: verificationMail,
  reset_password: resetMail,
  change_email: addressChangeMail,
  undo_email: addressUndoMail,
};

/** Consumer of `link.issued`: the link goes to the address it was made for, and nowhere else. */
export const linkMail: Consumer<"link.issued"> = async (ctx, message) => {
  const token = await linkOf(ctx, message.payload.tokenId);
  const person = token && (await addressee(ctx, token.userId));
  if (!token || !person) return;
  const { userId, purpose, address, link } = token;
  const { name } = person;
  const content = templates[purpose]({ name, link });
  await deliver(ctx, message, { kind: purpose, userId, to: { email: address, name }, ...content });
};

/** Consumer of `security.changed`: whoever did not do this themselves should know at once. */
export const securityNotice: Consumer<"security.changed"> = async (ctx, message) => {
  const { userId, change } = message.payload;
  const person = await addressee(ctx, userId);
  if (!person) return;
  const { name, email } = person;
  const content = noticeMail(change, { name, home: env.PUBLIC_URL });
  await deliver(ctx, message, { kind: change, userId, to: { email, name }, ...content });
};

/** Consumer of `device.new`. A session that is gone meanwhile needs no notice. */
export const deviceNotice: Consumer<"device.new"> = async (ctx, message) => {
  const { userId, sessionId } = message.payload;
  const person = await addressee(ctx, userId);
  const session = await ctx.db.select().from(sessions).where(eq(sessions.id, sessionId)).get();
  if (!person || !session) return;
  const { name, email } = person;
  const { userAgent, city, country, createdAt } = session;
  const seen = { device: deviceOf(userAgent), place: [city, country], at: createdAt };
  const content = newDeviceMail({ ...seen, name, home: env.PUBLIC_URL });
  await deliver(ctx, message, { kind: "new_device", userId, to: { email, name }, ...content });
};
