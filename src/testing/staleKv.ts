import { env } from "cloudflare:workers";
import { vi } from "vitest";

type Seen = { value: string | null; until: number };

/**
 * Makes the test's KV as bad as KV may be: what was read once, also that nothing was there, is read
 * again for `seconds`, and a key that is written twice within a second refuses the second write.
 */
export function staleKv(seconds = 60) {
  const written = new Map<string, { value: string; at: number }>();
  const seen = new Map<string, Seen>();
  const refused: string[] = [];
  const read = (key: string): string | null => {
    const known = seen.get(key);
    if (known && Date.now() < known.until) return known.value;
    const value = written.get(key)?.value ?? null;
    seen.set(key, { value, until: Date.now() + seconds * 1_000 });
    return value;
  };
  const get = async (keys: string | string[], options?: { type?: string } | string) => {
    const type = typeof options === "string" ? options : options?.type;
    const typed = (key: string) => {
      const value = read(key);
      return value !== null && type === "json" ? JSON.parse(value) : value;
    };
    return Array.isArray(keys) ? new Map(keys.map((key) => [key, typed(key)])) : typed(keys);
  };
  const put = async (key: string, value: string) => {
    const last = written.get(key);
    if (last && Date.now() - last.at < 1_000) {
      refused.push(key);
      throw new Error("KV PUT failed: 429 Too Many Requests");
    }
    written.set(key, { value, at: Date.now() });
  };
  vi.spyOn(env.CACHE, "get").mockImplementation(get as never);
  vi.spyOn(env.CACHE, "put").mockImplementation(put as never);
  return { seen, refused };
}
