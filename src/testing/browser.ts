export type Answer = Awaited<ReturnType<typeof fetch>>;
type Fetch = (url: string, init: RequestInit) => Promise<Answer>;

/** A browser as far as sign-ins need one: cookies by host and path, redirects one by one. */
export function browser(worker: { origin: string; fetch: Fetch }) {
  const jar = new Map<string, { value: string; path: string; host: string }>();
  const cookiesFor = ({ host, pathname }: URL) =>
    [...jar]
      .filter(([, one]) => one.host === host && pathname.startsWith(one.path))
      .map(([key, { value }]) => `${key.split(" ")[1]}=${value}`)
      .join("; ");

  function keep(url: URL, answer: Answer): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? "/";
      const key = `${url.host} ${name}`;
      if (!value || attributes.some((one) => /^max-age=0$/i.test(one))) jar.delete(key);
      else jar.set(key, { value, path, host: url.host });
    }
  }

  async function ask(address: string, init: RequestInit = {}): Promise<Answer> {
    const url = new URL(address, worker.origin);
    const headers = { accept: "text/html", ...init.headers, cookie: cookiesFor(url) };
    const send = url.origin === worker.origin ? worker.fetch : fetch;
    const answer = await send(url.toString(), { ...init, headers, redirect: "manual" });
    keep(url, answer as Answer);
    return answer as Answer;
  }

  /** Follows redirects until there is none, or until the next one is where `stop` says. */
  async function go(address: string, stop: (url: URL) => boolean = () => false) {
    let url = new URL(address, worker.origin);
    for (let i = 0; i < 12; i++) {
      const answer = await ask(url.toString());
      const location = answer.headers.get("location");
      if (!location) return { url, answer };
      url = new URL(location, url);
      if (stop(url)) return { url, answer };
    }
    throw new Error("too many redirects");
  }

  return { ask, go, jar };
}
