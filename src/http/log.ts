import { env } from "cloudflare:workers";

const levels = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof levels)[number];

/** One JSON line. Callers pass ids and figures, never text that a person wrote. */
export function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
  if (!isLogged(level)) return;
  console[level](JSON.stringify({ level, message, ...fields }));
}

export const isLogged = (level: Level, least: string = env.LOG_LEVEL) =>
  levels.indexOf(level) >= levels.indexOf(least as Level);

/** For logs only: the whole chain of causes, with stacks, without the values bound to statements. */
export function describe(error: unknown): string {
  const parts: string[] = [];
  for (let e = error; e !== undefined; e = e instanceof Error ? e.cause : undefined)
    parts.push(e instanceof Error ? withoutValues(e) : String(e));
  return parts.join("\ncaused by ");
}

/** drizzle puts them at the end of its message, and they may be anybody's. */
function withoutValues({ name, message, stack = `${name}: ${message}` }: Error): string {
  const [told = ""] = message.split("\nparams: ");
  return stack.replace(message, () => told);
}
