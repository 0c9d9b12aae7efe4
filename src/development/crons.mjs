import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./wrangler.mjs";

/** The cron expressions of wrangler.toml. */
export function cronsOf(toml) {
  const [, list = ""] = /^crons\s*=\s*\[([^\]]*)\]/m.exec(toml) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, cron]) => cron);
}

/** Whether a cron falls on this minute (UTC). Knows `*`, numbers, lists and steps; days of the week by number, 1 is Sunday. */
export function isDue(cron, now) {
  const fields = [
    now.getUTCMinutes(),
    now.getUTCHours(),
    now.getUTCDate(),
    now.getUTCMonth() + 1,
    now.getUTCDay() + 1,
  ];
  return cron.split(" ").every((part, i) =>
    part.split(",").some((one) => {
      const [base, step] = one.split("/");
      if (base !== "*") return Number(base) === fields[i];
      return step === undefined || fields[i] % Number(step) === 0;
    }),
  );
}

/** Does what the platform's clock does, for `wrangler dev` has none: every minute, what is due. */
export function runCrons(address) {
  const crons = cronsOf(readFileSync(join(root, "wrangler.toml"), "utf8"));
  const tick = () => {
    for (const cron of crons.filter((one) => isDue(one, new Date()))) {
      const query = new URLSearchParams({ cron, format: "json" });
      fetch(`${address}/cdn-cgi/local/scheduled?${query}`).catch(() => {});
    }
    wait();
  };
  const wait = () => setTimeout(tick, 60_000 - (Date.now() % 60_000) + 100);
  wait();
}
