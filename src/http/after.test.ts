import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { after } from "./after";

test("what is there goes on at once, and what is not is awaited, an object's answer too", async () => {
  expect(after(1, (n) => n + 1)).toBe(2);
  expect(after(null, () => "none")).toBe("none");
  expect(await after(Promise.resolve(1), (n) => n + 1)).toBe(2);
  const peek = env.CHECKOUT.getByName("nobody's").holdStatus() as unknown as Promise<string>;
  expect(await after(peek, (status) => `it is ${status}`)).toBe("it is closed");
});
