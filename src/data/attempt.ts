const deadline = 5_000;
const retries = 2;

/** A dependency that cannot answer now: told to clients as 503 with `Retry-After`. */
export class Unavailable extends Error {
  override name = "Unavailable";
  constructor(
    message: string,
    readonly retryAfter = 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const transient =
  /network connection lost|storage caused object to be reset|reset because its code was updated|cannot resolve d1 db|no longer active/i;
const overloaded = /overloaded|too many requests|exceeded.*(timeout|queue)/i;

/**
 * Runs a call to a storage service under one deadline (5 s in all). Transient faults are tried
 * again with full jitter if the call is repeatable; overload never is.
 * @throws {Unavailable} when the service is overloaded, too slow or still failing
 */
export async function attempt<T>(
  call: () => Promise<T>,
  { repeatable, within = deadline }: { repeatable: boolean; within?: number },
): Promise<T> {
  const end = Date.now() + within;
  for (let tried = 0; ; tried++) {
    try {
      return await before(end, call());
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      const text = messages(error);
      if (overloaded.test(text)) throw new Unavailable("overloaded", 5, { cause: error });
      if (!transient.test(text)) throw error;
      if (!repeatable || tried >= retries)
        throw new Unavailable("connection lost", 1, { cause: error });
      await scheduler.wait(Math.min(2_000, Math.random() * 50 * 2 ** tried));
    }
  }
}

async function before<T>(end: number, call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable("too slow")), Math.max(0, end - Date.now()));
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messages(error: unknown): string {
  const texts: string[] = [];
  for (let e = error; e instanceof Error; e = e.cause) texts.push(e.message);
  return texts.join(" ");
}
