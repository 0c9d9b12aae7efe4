import { afterAll, describe, expect, it } from "vitest";
import { explore } from "./model/explore";
import { createModel } from "./model/model";
import { scenarios } from "./model/scenarios";
import { checkoutSteps } from "./transitions";

describe("no order of events breaks a law", () => {
  const walked = new Set<string>();
  let total = 0;

  it.each(scenarios)("$name", { timeout: 120_000 }, (scenario) => {
    const { model, edges } = createModel(scenario);
    const { states, moves, drained, violation } = explore(model);
    for (const edge of edges) walked.add(edge);
    total += states;
    console.log(`${scenario.name}: ${states} states, ${moves} moves, ${drained} ends`);
    expect(violation, violation?.trace.join("\n")).toBe(null);
    expect(drained).toBeGreaterThan(0);
  });

  it("together they walk every edge of the table", () => {
    const edges = Object.entries(checkoutSteps).flatMap(([from, after]) =>
      after.map((to) => `${from} → ${to}`),
    );
    expect([...walked].sort()).toEqual(edges.sort());
  });

  afterAll(() => {
    console.log(`${total} states in all`);
  });
});
