import { Unavailable } from "../../../data/attempt";
import { Permanent } from "../../../jobs/failure";
import { type Letter, messageIdOf } from "../letter";
import type { Transport } from "./transport";

const address = "https://api.sendgrid.com/v3/mail/send";
const patience = 10_000;

/** SendGrid's Web API v3. Its tracking is off: it would rewrite links that carry a token. */
export const sendgrid = (key: string, send: typeof fetch = fetch): Transport => ({
  name: "sendgrid",
  async send(letter) {
    const response = await send(address, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(bodyOf(letter)),
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    }).catch((cause) => {
      throw new Unavailable("SendGrid did not answer", 5, { cause });
    });
    if (response.status === 202 || response.status === 200) {
      await response.body?.cancel();
      return response.headers.get("x-message-id");
    }
    if (response.status === 429 || response.status === 408 || response.status >= 500) {
      await response.body?.cancel();
      throw new Unavailable(`SendGrid answered ${response.status}`, waitOf(response));
    }
    throw new Permanent(`SendGrid refused it: ${response.status} ${await fieldsOf(response)}`);
  },
});

const bodyOf = (letter: Letter) => ({
  personalizations: [{ to: [named(letter.to)] }],
  from: named(letter.from),
  subject: letter.subject,
  content: [
    { type: "text/plain", value: letter.text },
    { type: "text/html", value: letter.html },
  ],
  headers: { "Message-ID": messageIdOf(letter), "Auto-Submitted": "auto-generated" },
  custom_args: { mail_id: letter.id },
  categories: [letter.kind],
  tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
});

const named = ({ email, name }: Letter["to"]) => (name ? { email, name } : { email });

/** Seconds; `X-RateLimit-Reset` is a time in epoch seconds. */
function waitOf({ headers }: Response): number {
  const after = Number(headers.get("retry-after"));
  const reset = Number(headers.get("x-ratelimit-reset")) - Date.now() / 1_000;
  return Math.min(3_600, Math.ceil(Math.max(after || 0, reset || 0, 1)));
}

/** Which fields it did not like; its messages may quote the address. */
async function fieldsOf(response: Response): Promise<string> {
  const body = await response.json<{ errors?: { field?: unknown }[] }>().catch(() => null);
  if (!Array.isArray(body?.errors)) return "";
  const fields = body.errors.slice(0, 5).map(({ field }) => String(field));
  return fields.filter((field) => /^[\w.]{1,80}$/.test(field)).join(", ");
}
