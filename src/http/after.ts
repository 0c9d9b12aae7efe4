/** Goes on at once with what is there already: a promise costs more than most of what is done here. */
export const after = <T, R>(first: T | Promise<T>, next: (value: T) => R | Promise<R>) =>
  first instanceof Promise ? first.then(next) : next(first);
