import { load, requestOf } from "./load.mjs";

const rounds = 40;
const turn = 200;
const paths = { "GET /auth/me": "/api/v1/auth/me", "GET /tasks": "/api/v1/tasks" };

/** What a tenth of the turns reached: whatever else the machine did meanwhile, it left those alone. */
function bestTenth(numbers, isBetter) {
  const sorted = numbers.toSorted((a, b) => (isBetter(a, b) ? -1 : 1));
  return sorted[Math.floor(sorted.length / 10)];
}
const fastest = (turns) =>
  bestTenth(
    turns.map(({ rate }) => rate),
    (a, b) => a > b,
  );
const cheapest = (turns) =>
  bestTenth(
    turns.map(({ cpu }) => cpu),
    (a, b) => a < b,
  );

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
    const [bare, ours] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(await measure(floor, request, turn));
      ours.push(await measure(worker, request, turn));
    }
    rows.push({
      request: name,
      "bare Hono/s": Math.round(fastest(bare)),
      "Rimlight/s": Math.round(fastest(ours)),
      ratio: Number((fastest(ours) / fastest(bare)).toFixed(2)),
      "bare µs": Number(cheapest(bare).toFixed(1)),
      "Rimlight µs": Number(cheapest(ours).toFixed(1)),
      "CPU ratio": Number((cheapest(bare) / cheapest(ours)).toFixed(2)),
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
