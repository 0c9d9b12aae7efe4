import { attempt, Unavailable } from "../../../data/attempt";
import { Permanent } from "../../../jobs/failure";
import type { Address } from "../letter";
import type { Transport } from "./transport";

const patience = 10_000;

/** A later try may succeed; every other code is about the mail or the account. */
const passing = new Set([
  "E_RATE_LIMIT_EXCEEDED",
  "E_DAILY_LIMIT_EXCEEDED",
  "E_DELIVERY_FAILED",
  "E_INTERNAL_SERVER_ERROR",
]);

/** Cloudflare Email Service. It sets Message-ID itself, so ours goes into a header of its own. */
export const cloudflare = (binding: SendEmail): Transport => ({
  name: "cloudflare",
  async send({ id, from, to, subject, text, html }) {
    const headers = { "X-Entity-Ref-ID": id, "Auto-Submitted": "auto-generated" };
    const message = { from: addressed(from), to: addressed(to), subject, text, html, headers };
    const call = () => binding.send(message);
    const { messageId } = await attempt(call, { repeatable: false, within: patience }).catch(
      refusal,
    );
    return messageId;
  },
});

const addressed = ({ email, name }: Address) => (name ? { email, name } : email);

function refusal(error: unknown): never {
  if (error instanceof Unavailable) throw error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !/^E_[A-Z_]{1,60}$/.test(code))
    throw new Unavailable("Cloudflare did not take it", 5, { cause: error });
  if (!passing.has(code)) throw new Permanent(`Cloudflare refused it: ${code}`);
  const wait = code === "E_DAILY_LIMIT_EXCEEDED" ? 3_600 : 30;
  throw new Unavailable(`Cloudflare answered ${code}`, wait, { cause: error });
}
