import { env } from "cloudflare:workers";
import type { Actor } from "../../data/context";
import { type C, dataText, pageText, respond } from "../../http/answer";
import type { Guard } from "../../http/guard";
import { refuse } from "../../http/problem";
import { router } from "../../http/route";
import { listMailbox, readMail } from "./mailbox";
import { mailboxPage, mailboxPolicy, mailPage } from "./mailboxPages";
import { MailboxQuery, MailId } from "./schema";

export const mailboxRoutes = router("Development");

const developer: Guard<Actor | null> = {
  scheme: null,
  check: (ctx) => {
    if (env.ENVIRONMENT !== "development") throw refuse("not_found");
    return ctx.actor;
  },
};

/** A page for browsers, JSON for everybody else. */
const answer = (c: C, html: () => string, json: () => string) =>
  /text\/html/i.test(c.req.header("accept") ?? "")
    ? respond(c, 200, html(), {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": mailboxPolicy,
      })
    : respond(c, 200, json());

mailboxRoutes.get(
  "/",
  "See the mail sent in development",
  {
    auth: developer,
    query: MailboxQuery,
    raw: "text/html",
    throws: ["not_found", "invalid_cursor"],
  },
  async ({ c, ctx, query }) => {
    const page = await listMailbox(ctx, query);
    return answer(
      c,
      () => mailboxPage(page),
      () => pageText(page),
    );
  },
);

mailboxRoutes.get(
  "/{id}",
  "Read a mail sent in development",
  { auth: developer, params: MailId, raw: "text/html" },
  async ({ c, ctx, params }) => {
    const mail = await readMail(ctx, params.id);
    return answer(
      c,
      () => mailPage(mail),
      () => dataText(mail),
    );
  },
);
