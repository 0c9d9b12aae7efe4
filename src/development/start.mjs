import { ancestors } from "./ancestors.mjs";
import { runCrons } from "./crons.mjs";
import { ensureDevVars } from "./devVars.mjs";
import { remember, remembered, state } from "./memory.mjs";
import { migrate } from "./migrate.mjs";
import { checkPort, untilHealthy } from "./port.mjs";
import { relay } from "./relay.mjs";
import { wrangler } from "./wrangler.mjs";

const port = Number(process.env.PORT || 8787);
const address = `http://127.0.0.1:${port}`;
const shown = `http://localhost:${port}`;
let server;

/** Ends everything that was started, in order and then for certain. */
async function end(code) {
  if (end.begun) return;
  end.begun = true;
  if (server && server.exitCode === null && server.signalCode === null) {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3_000))]);
  }
  process.exit(code);
}

process.on("exit", () => {
  try {
    if (server) process.kill(-server.pid, "SIGKILL");
  } catch {}
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));
const family = ancestors();
setInterval(() => ancestors() === family || end(0), 1_000).unref();

function refuse(sentence) {
  console.error(sentence);
  return end(1);
}

/** Fills the demo once; what is changed or deleted afterwards stays so. */
async function seed() {
  if (remembered().seeded) return;
  const answer = await fetch(`${address}/dev/seed`, { method: "POST" });
  if (!answer.ok) throw new Error(`the demo could not be seeded: ${await answer.text()}`);
  remember({ seeded: true });
}

const banner = () => `
  Rimlight is running; Ctrl-C ends it.

    ${shown}/              where to begin
    ${shown}/api-docs      every route, to read and to try
    ${shown}/dev/mailbox   the mail it sends

    admin@rimlight.dev    super_admin
    seller@rimlight.dev   seller
    ada@rimlight.dev      user
    bob@rimlight.dev      user
    the password of all four is Rimlight-Demo-2026
`;

async function start() {
  const fault = ensureDevVars() ?? (await checkPort(port)) ?? (await migrate());
  if (fault) return refuse(fault);
  server = wrangler([
    "dev",
    ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
    ...["--persist-to", state],
    ...["--var", `PUBLIC_URL:${shown}`, "--show-interactive-dev-session=false"],
  ]);
  const output = relay(server);
  server.on("exit", () => {
    if (end.begun) return;
    output.release();
    void refuse("wrangler dev ended by itself; what it said is above.");
  });
  await untilHealthy(server, address);
  await seed();
  runCrons(address);
  console.log(banner());
  setTimeout(output.follow, 500); // by then our own requests have been told
}

start().catch((error) => refuse(`Rimlight cannot start: ${error.message}`));
