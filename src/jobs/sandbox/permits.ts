/** Runs in one isolate at once: each may take 22 MB of its 128, and 46 while types are read. */
const MOST = 2;
const ASK_AGAIN = 5;
/** Milliseconds after which a run that gave no sign died with the request it belonged to. */
const PATIENCE = 15_000;

const heard = new Map<symbol, number>();

/** Waits for its turn. By asking, not by promise: one request cannot wait for what another may never finish. */
export async function takePermit() {
  while (heard.size >= MOST) {
    for (const [permit, at] of heard) if (Date.now() - at > PATIENCE) heard.delete(permit);
    if (heard.size >= MOST) await scheduler.wait(ASK_AGAIN);
  }
  const permit = Symbol();
  const giveSign = () => void heard.set(permit, Date.now());
  giveSign();
  return { giveSign, giveBack: () => void heard.delete(permit) };
}
