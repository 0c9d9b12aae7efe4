import type { Page } from "../../http/page";
import type { MailSummary, StoredMail } from "./schema";
import { escapeHtml } from "./templates/layout";

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  td, th { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #8884; border-radius: 8px; }
  iframe { width: 100%; height: 34rem; border: 1px solid #8884; border-radius: 8px; background: #fff; }`;

/** Nothing may run or load; a link in a mail may lead out of its frame. */
export const mailboxPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'self'";

const page = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${style}</style></head><body>
${body}
</body></html>
`;

export function mailboxPage({ items, nextCursor }: Page<MailSummary>): string {
  const rows = items.map(
    ({ id, to, subject, createdAt }) =>
      `<tr><td>${createdAt}</td><td>${escapeHtml(to)}</td><td><a href="/dev/mailbox/${id}">${escapeHtml(subject)}</a></td></tr>`,
  );
  const more = nextCursor
    ? `<p><a href="?cursor=${encodeURIComponent(nextCursor)}">Older</a></p>`
    : "";
  const list = `<table><tr><th>Sent</th><th>To</th><th>Subject</th></tr>${rows.join("\n")}</table>`;
  const body = items.length > 0 ? list + more : "<p>No mail yet.</p>";
  return page("Mailbox", `<h1>Mailbox</h1><p>Mail sent in development ends here.</p>${body}`);
}

export function mailPage({ subject, headers, text, html }: StoredMail): string {
  const rows = Object.entries(headers).map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const frame = escapeHtml(`<base target="_top">${html}`);
  return page(
    subject,
    `<p><a href="/dev/mailbox">Mailbox</a></p><h1>${escapeHtml(subject)}</h1>
<table>${rows.join("\n")}</table>
<h2>HTML</h2><iframe title="HTML part" sandbox="allow-top-navigation-by-user-activation" srcdoc="${frame}"></iframe>
<h2>Text</h2><pre>${escapeHtml(text)}</pre>`,
  );
}
