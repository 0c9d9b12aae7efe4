/** Prints "<passed> <failed>" of a vitest report; a run that fails without a failed test counts as one. */
import { existsSync, readFileSync } from "node:fs";

const [file, code] = process.argv.slice(2);
const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
const broken = (report?.testResults ?? []).filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);
const failed = (report?.numFailedTests ?? 0) + broken.length;
const passed = report?.numPassedTests ?? 0;
const silent = failed === 0 && (code !== "0" || passed === 0);
console.log(passed, silent ? 1 : failed);
