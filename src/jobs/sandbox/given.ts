import { utf8 } from "../../lib/crypto";
import { fail } from "./failure";
import { depthOf } from "./json";
import { INPUT_BYTES, JSON_DEPTH, SOURCE_BYTES } from "./limits";
import type { RunRequest } from "./schema";

/** JSON of what a program is given; a `Failure` if any part of the request is larger than it may be. */
export function readGiven({ source, input, stdin }: RunRequest): string {
  check("source", source, SOURCE_BYTES);
  check("standard input", stdin, INPUT_BYTES);
  const given = writeJson(input);
  check("input", given, INPUT_BYTES);
  return `{"input":${given},"stdin":${JSON.stringify(stdin)}}`;
}

function check(name: string, text: string, limit: number) {
  const { length } = utf8(text);
  if (length <= limit) return;
  throw fail("too_large", "TooLarge", `The ${name} is ${length} bytes; the limit is ${limit}.`);
}

function writeJson(input: unknown): string {
  try {
    const json = JSON.stringify(input) ?? "null";
    if (depthOf(json) <= JSON_DEPTH) return json;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw fail("too_large", "TooLarge", `The input is nested deeper than ${JSON_DEPTH} levels.`);
}
