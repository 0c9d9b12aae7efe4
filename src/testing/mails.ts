import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { systemContext } from "../data/context";
import { linkOf, type Purpose } from "../identity/tokens/oneTime";

/** The subjects of all mail to an address, once this one is among them. */
export const subjectsTo = (email: string, awaited: string): Promise<string[]> =>
  vi.waitFor(
    async () => {
      const { results } = await env.DB.prepare(
        "SELECT subject FROM mailbox WHERE recipient = ? ORDER BY id",
      )
        .bind(email)
        .all<{ subject: string }>();
      const subjects = results.map(({ subject }) => subject);
      expect(subjects).toContain(awaited);
      return subjects;
    },
    { timeout: 12_000, interval: 100 },
  );

/** The tokens that links to a person carry or will carry, the latest first. */
export async function mailedTokens(userId: string, purpose: Purpose): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT id FROM one_time_tokens WHERE user_id = ? AND purpose = ? AND used_at IS NULL ORDER BY id DESC",
  )
    .bind(userId, purpose)
    .all<{ id: string }>();
  const mailed = await Promise.all(results.map(({ id }) => linkOf(systemContext(), id)));
  return mailed.filter((one) => one !== null).map(({ link }) => link.split("#token=")[1]!);
}

export async function mailedToken(userId: string, purpose: Purpose): Promise<string> {
  const [token] = await mailedTokens(userId, purpose);
  if (!token) throw new Error(`nobody has been mailed a link to ${purpose}`);
  return token;
}
