import { expect, it } from "vitest";
import { explore } from "./model/explore";
import { createModel } from "./model/model";
import { mutants } from "./model/mutants";
import { realRules } from "./model/world";

it.each(mutants)("the model finds out who $name", { timeout: 60_000 }, (mutant) => {
  const { name, law, scenario, rules } = mutant;
  const { model } = createModel(scenario, { ...realRules, ...rules });
  const { states, violation } = explore(model);
  const trace = violation?.trace ?? [];
  console.log(`who ${name} breaks “${violation?.law}” (state ${states}):\n  ${trace.join("\n  ")}`);
  expect(violation?.law).toBe(law);
});
