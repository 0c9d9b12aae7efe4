import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTour } from "./tour.mjs";

const counts = { passed: 0, failed: 0 };
function check(name, ok, detail = "") {
  counts[ok ? "passed" : "failed"] += 1;
  console.log(`${ok ? "ok" : "NOT OK"}  ${name}${ok ? "" : `\n${detail}`}`);
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const state = mkdtempSync(join(tmpdir(), "rimlight-smoke-"));

/** Starts the server as a person would, and resolves when it says that it runs or has ended. */
function npmStart(port) {
  const began = Date.now();
  const child = spawn("npm", ["start"], {
    env: { ...process.env, PORT: String(port), RIMLIGHT_STATE: state },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const run = { child, output: "", seconds: 0 };
  run.ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  const running = new Promise((resolve) => {
    const read = (part) => {
      run.output += part;
      if (run.output.includes("Rimlight is running")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  run.ready = Promise.race([running, run.ended]).then(() => {
    run.seconds = (Date.now() - began) / 1_000;
    return run;
  });
  return run;
}

async function stop(run) {
  process.kill(-run.child.pid, "SIGINT");
  return Promise.race([run.ended, new Promise((resolve) => setTimeout(resolve, 10_000, "late"))]);
}

/** Processes of the runtime that this folder started. */
const leftovers = () =>
  spawnSync("pgrep", ["-af", `${process.cwd()}/node_modules/.*(workerd|esbuild)`], {
    encoding: "utf8",
  }).stdout.trim();

const [, vars] = /\[vars\]\n([\s\S]*?)\n\n/.exec(readFileSync("wrangler.toml", "utf8"));
const readme = readFileSync("README.md", "utf8");
const untold = [...vars.matchAll(/^\w+/gm)].filter(([name]) => !readme.includes(`\`${name}\``));
check("the README tells of every variable", untold.length === 0, untold.join("\n"));

const port = await freePort();
const first = await npmStart(port).ready;
check("npm start serves", first.output.includes("Rimlight is running"), first.output);

for (const step of runTour("README.md", port))
  check(step.name, step.ok, `it printed:\n${step.output}\n${step.stderr}`);

const busy = npmStart(port);
check("a busy port is refused", (await busy.ended) === 1, busy.output);
check("and in one sentence", busy.output.includes(`Port ${port} is busy: `), busy.output);

const health = await fetch(`http://localhost:${port}/health`).catch(String);
check("the first server is not disturbed", health.ok, String(health));
check("it ends when told to", (await stop(first)) !== "late", first.output);
await new Promise((resolve) => setTimeout(resolve, 1_000));
check("and leaves no process", leftovers() === "", leftovers());

/** What else the machine does is not ours to answer for: the best of three counts. */
let again = await npmStart(port).ready;
for (let tries = 1; tries < 3 && again.seconds >= 10; tries++) {
  await stop(again);
  again = await npmStart(port).ready;
}
check(`a second start takes ${again.seconds} s, less than ten`, again.seconds < 10, again.output);
const kept = await fetch(`http://localhost:${port}/api/v1/auth/login`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ email: "grace@example.com", password: "a lantern over wet cobblestones" }),
}).catch(String);
check("and keeps what the tour wrote", kept.status === 200, String(kept.status ?? kept));
check("it ends again", (await stop(again)) !== "late", again.output);

rmSync(state, { recursive: true, force: true });
writeFileSync(process.argv[2], `${counts.passed} ${counts.failed}\n`);
process.exit(counts.failed === 0 ? 0 : 1);
