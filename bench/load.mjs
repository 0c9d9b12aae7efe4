import { connect } from "node:net";

/** The bytes of a request. */
export const requestOf = (method, path, headers, body = "") =>
  [
    `${method} ${path} HTTP/1.1`,
    "host: localhost",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`content-length: ${Buffer.byteLength(body)}`] : []),
    "",
    body,
  ].join("\r\n");

/**
 * Keeps every connection busy with one request after another for so long, and counts the answers.
 * An answer of another status than 2xx ends it: a load on refusals measures nothing.
 */
export async function load(port, nextRequest, { connections = 32, milliseconds = 1_500 } = {}) {
  const end = performance.now() + milliseconds;
  const started = performance.now();
  const all = Array.from({ length: connections }, () => one(port, nextRequest, end));
  const answers = (await Promise.all(all)).reduce((sum, count) => sum + count, 0);
  return { answers, seconds: (performance.now() - started) / 1_000 };
}

function one(port, nextRequest, end) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let answers = 0;
    let pending = "";
    const ask = () => socket.write(nextRequest(), "latin1");
    socket.setEncoding("latin1");
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("data", (part) => {
      pending = pending ? pending + part : part;
      const length = lengthOf(pending);
      if (length < 0 || pending.length < length) return;
      if (!pending.startsWith("HTTP/1.1 2")) {
        socket.destroy();
        return reject(new Error(`the Worker refused the load:\n${pending}`));
      }
      pending = "";
      answers += 1;
      if (performance.now() < end) return ask();
      socket.destroy();
      resolve(answers);
    });
  });
}

/** How long the whole answer is, or -1 while its head is incomplete. */
function lengthOf(text) {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const at = text.search(/content-length: /i);
  if (at < 0 || at > head) throw new Error(`an answer without a length:\n${text.slice(0, head)}`);
  return head + 4 + Number.parseInt(text.slice(at + 16, at + 28), 10);
}
