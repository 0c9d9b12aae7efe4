/**
 * Goes on at once with what is there already: a promise costs more than most of what is done here.
 * What an object's RPC returns is no `Promise`, but can be awaited like one.
 */
export const after = <T, R>(first: T | Promise<T>, next: (value: T) => R | Promise<R>) =>
  isThenable(first) ? Promise.resolve(first).then(next) : next(first);

const isThenable = <T>(value: T | Promise<T>): value is Promise<T> =>
  value instanceof Promise || typeof (value as { then?: unknown } | null)?.then === "function";
