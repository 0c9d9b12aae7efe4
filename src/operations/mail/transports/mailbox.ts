import { systemContext } from "../../../data/context";
import { headersOf } from "../headers";
import { mailbox } from "../tables";
import type { Transport } from "./transport";

/** Development: the mail is laid into a table, to be read at `/dev/mailbox`. */
export const intoMailbox: Transport = {
  name: "mailbox",
  async send(letter) {
    const { id, to, subject, text, html } = letter;
    const now = new Date();
    const headers = headersOf(letter, now);
    const row = { id, headers, recipient: to.email, subject, text, html };
    await systemContext()
      .database.repeatable.insert(mailbox)
      .values({ ...row, createdAt: now.getTime() })
      .onConflictDoNothing();
    return null;
  },
};
