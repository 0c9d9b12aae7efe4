import { and, desc, eq, lt } from "drizzle-orm";
import type { AnyContext } from "../../data/context";
import { afterCursor, type Page, type PageQuery, pageOf } from "../../http/page";
import { refuse } from "../../http/problem";
import { iso } from "../../lib/time";
import type { MailSummary, StoredMail } from "./schema";
import { mailbox } from "./tables";

/** What the application has sent, the latest first. */
export async function listMailbox(
  ctx: AnyContext,
  { to, limit, cursor }: PageQuery & { to?: string | undefined },
): Promise<Page<MailSummary>> {
  const list = `mailbox|${to}`;
  const after = await afterCursor<readonly [string]>(list, cursor);
  const { id, recipient, subject, createdAt } = mailbox;
  const rows = await ctx.db
    .select({ id, to: recipient, subject, createdAt })
    .from(mailbox)
    .where(and(to ? eq(recipient, to) : undefined, after ? lt(id, after[0]) : undefined))
    .orderBy(desc(id))
    .limit(limit + 1);
  const page = await pageOf(list, rows, limit, (last) => [last.id]);
  return { ...page, items: page.items.map((row) => ({ ...row, createdAt: iso(row.createdAt) })) };
}

export async function readMail(ctx: AnyContext, id: string): Promise<StoredMail> {
  const row = await ctx.db.select().from(mailbox).where(eq(mailbox.id, id)).get();
  if (!row) throw refuse("not_found");
  const { recipient, createdAt, ...mail } = row;
  return { ...mail, to: recipient, createdAt: iso(createdAt) };
}
