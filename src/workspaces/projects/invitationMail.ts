import { eq } from "drizzle-orm";
import { users } from "../../identity/users/tables";
import type { Consumer } from "../../jobs/consume";
import { deliver } from "../../operations/mail/deliver";
import { isGreetable } from "../../operations/mail/templates/account";
import { lay } from "../../operations/mail/templates/layout";
import { linkTo, readOpenInvitation, tokenOf } from "./invitations";

/** Consumer of `invitation.created`: the link goes to the address it was made for, and nowhere else. */
export const invitationMail: Consumer<"invitation.created"> = async (ctx, message) => {
  const invitation = await readOpenInvitation(ctx, message.payload.invitationId);
  if (!invitation?.email) return;
  const [inviter] = await ctx.db
    .select({ name: users.displayName })
    .from(users)
    .where(eq(users.id, invitation.invitedBy));
  const name = inviter && isGreetable(inviter.name) ? inviter.name : "Somebody";
  const content = lay({
    subject: "You are invited to a project",
    heading: "An invitation",
    paragraphs: [
      `${name} invites you to work on a project as ${invitation.role}.`,
      "The link works once, for the account of this address.",
    ],
    action: { label: "Accept the invitation", url: linkTo(await tokenOf(invitation.id)) },
    note: "If you do not know what this is about, ignore this mail, and nothing will happen.",
  });
  const to = { email: invitation.email, name: "" };
  await deliver(ctx, message, { kind: "project_invitation", userId: null, to, ...content });
};
