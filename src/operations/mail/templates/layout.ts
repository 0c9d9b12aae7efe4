import type { Content } from "../letter";

/** A mail in words: plain text throughout, which only `lay` turns into HTML. */
export type Words = {
  subject: string;
  heading: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  /** Small print below the rest. */
  note?: string;
};

/** The one layout: no picture, no tracking, nothing that is loaded from anywhere. */
export function lay({ subject, heading, paragraphs, action, note }: Words): Content {
  const text = [
    heading,
    ...paragraphs,
    ...(action ? [`${action.label}: ${action.url}`] : []),
    ...(note ? [`-- \n${note}`] : []),
  ];
  const html = [
    `<h1 style="${styles.heading}">${escapeHtml(heading)}</h1>`,
    ...paragraphs.map((part) => `<p style="${styles.paragraph}">${escapeHtml(part)}</p>`),
    ...(action ? [button(action), fallback(action.url)] : []),
    ...(note ? [`<p style="${styles.note}">${escapeHtml(note)}</p>`] : []),
  ];
  return { subject, text: `${text.join("\n\n")}\n`, html: page(subject, html.join("\n")) };
}

const styles = {
  body: "margin:0;padding:32px 16px;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif",
  card: "max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #e4e4e7;border-radius:12px",
  heading: "margin:0 0 16px;font-size:22px;line-height:1.3",
  paragraph: "margin:0 0 16px",
  button:
    "display:inline-block;padding:12px 20px;background:#4338ca;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600",
  note: "margin:24px 0 0;padding-top:16px;border-top:1px solid #e4e4e7;color:#52525b;font-size:14px",
};

const button = ({ label, url }: { label: string; url: string }) =>
  `<p style="${styles.paragraph}"><a href="${escapeHtml(url)}" style="${styles.button}">${escapeHtml(label)}</a></p>`;

const fallback = (url: string) =>
  `<p style="${styles.paragraph};font-size:14px;word-break:break-all">Or open this address: ${escapeHtml(url)}</p>`;

const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="${styles.body}"><div style="${styles.card}">
${body}
</div></body>
</html>
`;

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => entities[c]!);
