interface Timer {
  id: number;
  due: number;
  every: number | null;
  run: () => void;
}

const LONGEST = 1e15;

/**
 * Timers on the program's own clock: waiting costs no time, the clock skips to the one that is due first.
 * Plain loops, so that a program which bends the collections bends only itself.
 */
export function makeTimers(skip: (ms: string) => void) {
  const { now } = Date;
  const timers: Timer[] = [];
  let last = 0;

  const schedule =
    (repeats: boolean) =>
    (callback: (...values: unknown[]) => void, delay?: unknown, ...values: unknown[]) => {
      if (typeof callback !== "function") throw new TypeError("A timer takes a function.");
      const wait = Math.min(LONGEST, Math.max(repeats ? 1 : 0, Math.trunc(Number(delay)) || 0));
      last += 1;
      const run = () => callback(...values);
      timers[timers.length] = { id: last, due: now() + wait, every: repeats ? wait : null, run };
      return last;
    };

  function remove(index: number) {
    for (let at = index; at < timers.length - 1; at++) timers[at] = timers[at + 1] as Timer;
    timers.length -= 1;
  }

  function clear(id: number) {
    for (let at = 0; at < timers.length; at++) if (timers[at]?.id === id) return remove(at);
  }

  /** Runs the timer that is due first, of several the oldest; false when there is none. */
  function runNext(): boolean {
    let first = 0;
    for (let at = 1; at < timers.length; at++) {
      if ((timers[at] as Timer).due < (timers[first] as Timer).due) first = at;
    }
    const timer = timers[first];
    if (!timer) return false;
    if (timer.due > now()) skip(`${timer.due - now()}`);
    if (timer.every === null) remove(first);
    else timer.due += timer.every;
    timer.run();
    return true;
  }

  const globals = {
    setTimeout: schedule(false),
    setInterval: schedule(true),
    clearTimeout: clear,
    clearInterval: clear,
  };
  return { globals, runNext };
}
