import { expect, test } from "vitest";
import { acceptedProtocol, admit, type Person, readAdmission } from "./admission";

const who: Person = { userId: "u1", name: "Zoë 👩‍🚀", role: "viewer", epoch: 3, sessionId: null };
const request = (headers: Record<string, string>) =>
  new Request("https://rimlight.test/socket?generation=2", {
    headers: { upgrade: "websocket", ...headers },
  });

test("the room learns who comes from the route alone, and no token reaches it", () => {
  const forged = encodeURIComponent(JSON.stringify({ ...who, role: "owner" }));
  const admitted = admit(
    request({
      "x-rimlight-person": forged,
      authorization: "Bearer secret",
      cookie: "a=b",
      "sec-websocket-protocol": "rimlight.v1, bearer.secret",
    }),
    who,
  );
  expect(readAdmission(admitted)).toEqual(who);
  expect([...admitted.headers.values()].join(" ")).not.toContain("secret");
  expect(admitted.url).toContain("generation=2");
  expect(acceptedProtocol(admitted)).toEqual({ "sec-websocket-protocol": "rimlight.v1" });
});

test("a protocol that was not offered is not answered", () => {
  expect(acceptedProtocol(admit(request({ "sec-websocket-protocol": "other" }), who))).toEqual({});
  expect(acceptedProtocol(admit(request({}), who))).toEqual({});
});

test("a name of any length fits the attachment of a socket", () => {
  const person = readAdmission(admit(request({}), { ...who, name: "👩".repeat(10_000) }))!;
  expect(person.name.length).toBeLessThanOrEqual(200);
  expect(person.name.isWellFormed()).toBe(true);
});
