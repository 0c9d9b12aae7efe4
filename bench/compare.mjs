import { load, requestOf } from "./load.mjs";

const rounds = 30;
const turn = 250;
const paths = { "GET /auth/me": "/api/v1/auth/me", "GET /tasks": "/api/v1/tasks" };

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** One load: answers a second, and microseconds of the runtime's processor time for each. */
async function measure(server, request, milliseconds) {
  const before = server.cpu();
  const { answers, seconds } = await load(server.port, () => request, { milliseconds });
  return { rate: answers / seconds, cpu: ((server.cpu() - before) / answers) * 1e6 };
}

/**
 * The Worker's warm reads beside a bare Hono route that answers the same bytes to the same request,
 * turn by turn, so that whatever else the machine does meets both.
 */
export async function compare({ worker, floor, token }) {
  const headers = { authorization: `Bearer ${token}` };
  const rows = [];
  for (const [name, path] of Object.entries(paths)) {
    const request = requestOf("GET", path, headers);
    for (const server of [floor, worker]) await measure(server, request, 1_000);
    const turns = [];
    for (let round = 0; round < rounds; round++) {
      const bare = await measure(floor, request, turn);
      turns.push({ bare, ours: await measure(worker, request, turn) });
    }
    const mid = (pick) => median(turns.map(pick));
    rows.push({
      request: name,
      "bare Hono/s": Math.round(mid(({ bare }) => bare.rate)),
      "Rimlight/s": Math.round(mid(({ ours }) => ours.rate)),
      ratio: Number(mid(({ bare, ours }) => ours.rate / bare.rate).toFixed(2)),
      "bare µs": Math.round(mid(({ bare }) => bare.cpu)),
      "Rimlight µs": Math.round(mid(({ ours }) => ours.cpu)),
      "CPU ratio": Number(mid(({ bare, ours }) => bare.cpu / ours.cpu).toFixed(2)),
    });
  }
  console.table(rows);
}

/** Sign-ins with the right password, each from an address of its own, since five are allowed. */
export async function loginsPerSecond(worker) {
  const body = JSON.stringify({ email: "ada@rimlight.dev", password: "Rimlight-Demo-2026" });
  let clients = 0;
  const next = () => {
    clients += 1;
    const ip = `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
    const headers = { "content-type": "application/json", "cf-connecting-ip": ip };
    return requestOf("POST", "/api/v1/auth/login", headers, body);
  };
  const { answers, seconds } = await load(worker.port, next, {
    connections: 4,
    milliseconds: 4_000,
  });
  console.log(
    `Logins (Argon2id, 19 MiB, two passes): ${(answers / seconds).toFixed(1)} a second\n`,
  );
}
