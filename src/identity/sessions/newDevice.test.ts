import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { mailedToken, subjectsTo } from "../../testing/mails";
import { type Person, person } from "../../testing/people";
import { deviceKey } from "./newDevice";

const firefox = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15";
const signIn = (ada: Person, ip: string, agent: string) =>
  data(200, api({ ip, headers: { "user-agent": agent } }).post("/auth/login", ada));
const noticesOf = ({ id }: Person) =>
  env.DB.prepare("SELECT count(*) n FROM events WHERE type = 'device.new' AND instr(payload, ?)")
    .bind(id)
    .first<number>("n");

test("a browser with its next version in the network next door is the same device", () => {
  const at = (userAgent: string, ip: string) => deviceKey({ userAgent, ip });
  expect(at(firefox(140), "192.0.2.7")).toBe("Firefox on Linux|192.0.2");
  expect(at(firefox(141), "192.0.2.200")).toBe(at(firefox(140), "192.0.2.7"));
  expect(at(firefox(140), "2001:db8:1:2::7")).toBe(at(firefox(140), "2001:db8:1:9:a::1"));
  expect(at(firefox(140), "2001:db8:2:2::7")).not.toBe(at(firefox(140), "2001:db8:1:2::7"));
  expect(at(safari, "192.0.2.7")).not.toBe(at(firefox(140), "192.0.2.7"));
  expect(at("", "")).toBe("Unknown device|unknown");
});

test("the first sign-in from a device is told, and no other", async () => {
  const ada = await person();
  expect(await noticesOf(ada)).toBe(0);
  await signIn(ada, "198.51.100.1", firefox(140));
  expect(await noticesOf(ada)).toBe(1);
  await signIn(ada, "198.51.100.77", firefox(141));
  expect(await noticesOf(ada)).toBe(1);
  await signIn(ada, "198.51.100.1", safari);
  await signIn(ada, "203.0.113.5", firefox(141));
  expect(await noticesOf(ada)).toBe(3);
  const subjects = await subjectsTo(ada.email, "A new sign-in to your account");
  expect(subjects).toContain("A new sign-in to your account");
  const text = await env.DB.prepare(
    "SELECT text FROM mailbox WHERE recipient = ? AND subject LIKE 'A new%' ORDER BY id",
  )
    .bind(ada.email)
    .first<string>("text");
  expect(text).toMatch(/(Firefox on Linux|Safari on macOS)/);
}, 20_000);

test("ten sign-ins at once from a new device are one notice", async () => {
  const ada = await person();
  await Promise.all(Array.from({ length: 10 }, (_, i) => signIn(ada, `198.51.101.${i}`, safari)));
  expect(await noticesOf(ada)).toBe(1);
});

test("signing in with a reset password from a new device is told as well", async () => {
  const ada = await person();
  await data(202, api().post("/auth/forgot-password", ada));
  const token = await mailedToken(ada.id, "reset_password");
  const password = "quite another horse";
  await api().post("/auth/reset-password", { token, password });
  await signIn({ ...ada, password }, "198.51.102.1", safari);
  expect(await noticesOf(ada)).toBe(1);
});
