const hour = 3_600_000;
const day = 24 * hour;

/** How long automatic versions stay, the finest first: all of a day, one an hour, one a day, one a week. */
const steps = [
  { until: day, every: 0 },
  { until: 7 * day, every: hour },
  { until: 60 * day, every: day },
  { until: 730 * day, every: 7 * day },
];

type Kept = { version: number; kind: "automatic" | "named"; at: number };

/** The versions that may go. Named ones never do; of the others the last of each period stays. */
export function expiredVersions(versions: readonly Kept[], now: number): number[] {
  const periods = new Set<string>();
  const expired: number[] = [];
  for (const { version, kind, at } of versions.toSorted((a, b) => b.at - a.at)) {
    if (kind === "named") continue;
    const step = steps.find(({ until }) => now - at < until);
    if (step?.every === 0) continue;
    const period = step && `${step.every} ${Math.floor(at / step.every)}`;
    if (period === undefined || periods.has(period)) expired.push(version);
    else periods.add(period);
  }
  return expired;
}
