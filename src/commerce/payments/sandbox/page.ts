import { formatDecimal } from "../../../lib/money";
import { fromStripe } from "../../../lib/stripeUnits";
import type { Seen } from "./paymentSandbox";

export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 30rem; margin: 15vh auto; padding: 0 1rem; }
  form { display: inline-block; margin-right: .5rem; }
  button { font: inherit; padding: .5rem 1rem; }`;

/** The bank's page of 3-D Secure. Nothing in it was written by people. */
export function paymentPage({ id, status, amount, currency }: Seen): string {
  const value = fromStripe({ amount, currency });
  const button = (verdict: string, text: string) =>
    `<form method="post" action="/dev/payments/${id}?verdict=${verdict}"><button>${text}</button></form>`;
  const asks = status === "requires_action";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox bank</title><style>${style}</style></head><body>
<h1>Sandbox bank</h1>
<p>A payment of ${formatDecimal(value)} ${value.currency} ${asks ? "waits for you. No money moves." : `is ${status}.`}</p>
${asks ? button("approve", "Approve") + button("refuse", "Refuse") : ""}
</body></html>
`;
}
