import { createInterface } from "node:readline";

/** What wrangler says that helps nobody: its bindings, its advice on crons, and our own crons. */
const noise =
  /^\s*$|^env\.|^Binding |^Your Worker has access|^Using secrets|\/cdn-cgi\/local\/|Scheduled Workers|scheduled event|developers\.cloudflare\.com|Connection status|Starting local server|Ready on|telemetry/;

/** Holds back what wrangler prints until the Worker is ready, then passes on what matters. */
export function relay(server) {
  let held = [];
  const write = (line) => {
    held?.push(line);
    if (held && /\[ERROR\]|✘/.test(line)) return release();
    if (held) return;
    if (!noise.test(line))
      console.log(line.replace(/^\s{40,}/, "").replace("[wrangler:info] ", ""));
  };
  for (const stream of [server.stdout, server.stderr])
    createInterface({ input: stream }).on("line", write);
  const release = () => {
    const lines = held ?? [];
    held = null;
    for (const line of lines.filter((one) => !noise.test(one))) console.log(line);
  };
  return {
    /** Prints what was held back, for it tells why the start failed. */
    release,
    /** From here on the output is the developer's; what was said before is not worth keeping. */
    follow: () => {
      held = null;
    },
  };
}
