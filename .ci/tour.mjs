import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The tour of the README: every ```bash block between its markers is run, in order and in one
 * shell, and what it prints must be what the block after it says. There `…` stands for anything,
 * and ids and times for others like them; white space does not count.
 */
export function stepsOf(readme) {
  const [, tour] = /<!-- tour -->([\s\S]*?)<!-- \/tour -->/.exec(readme) ?? [];
  if (!tour) throw new Error("the README has no tour");
  const blocks = [...tour.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  return blocks.flatMap(([, language, text], i) => {
    if (language !== "bash") return [];
    const next = blocks[i + 1];
    return [{ script: text, expected: next && next[1] !== "bash" ? next[2] : null }];
  });
}

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
const squeeze = (text) => text.replace(/\s+/g, "");

function patternOf(expected) {
  const exact = squeeze(expected).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const loose = exact
    .replace(new RegExp(uuid, "g"), uuid)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\\\.\d+)?Z/g, time)
    .replaceAll("…", "[\\s\\S]*?");
  return new RegExp(`^${loose}$`);
}

const separator = "-- end of step --";

/** Runs the tour against a port of this machine; tells of each step whether it went as written. */
export function runTour(file, port) {
  const local = (text) => text.replaceAll("localhost:8787", `localhost:${port}`);
  const steps = stepsOf(readFileSync(file, "utf8"));
  const script = steps.map((step) => `${local(step.script)}\nprintf '\\n${separator}\\n'`);
  const { stdout, stderr } = spawnSync("bash", ["-c", script.join("\n")], {
    encoding: "utf8",
    timeout: 120_000,
  });
  const outputs = stdout.split(`\n${separator}\n`);
  return steps.map(({ script, expected }, i) => {
    const output = outputs[i] ?? "";
    const ended = i < outputs.length - 1;
    const matches = expected === null || patternOf(local(expected)).test(squeeze(output));
    return { name: script.trim().split("\n").at(-1), ok: ended && matches, output, stderr };
  });
}
