import { z } from "zod";
import { PageQuery } from "../../http/page";

const MailSummary = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  createdAt: z.iso.datetime(),
});
export type MailSummary = z.output<typeof MailSummary>;

export type StoredMail = MailSummary & {
  headers: Record<string, string>;
  text: string;
  html: string;
};

export const MailboxQuery = PageQuery.extend({ to: z.string().max(320).optional() });
export const MailId = z.object({ id: z.uuid() });
