/**
 * Milliseconds until what was collected goes out: at once when nothing went out for a whole window
 * (idle) or when it has grown to its limit, else at the end of the window that is running.
 */
export function delayUntilFlush(
  { lastFlush, now, bytes }: { lastFlush: number; now: number; bytes: number },
  { window, mostBytes }: { window: number; mostBytes: number },
): number {
  const since = now - lastFlush;
  if (bytes >= mostBytes || since >= window || since < 0) return 0;
  return window - since;
}
