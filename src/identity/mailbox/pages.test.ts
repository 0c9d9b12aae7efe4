import { expect, test } from "vitest";
import { api } from "../../testing/api";

const paths = [
  ["verify-email", "verify-email"],
  ["reset-password", "reset-password"],
  ["change-email", "change-email/confirm"],
  ["undo-email", "change-email/undo"],
] as const;

test.each(paths)(
  "/%s is a page that runs its own script only and posts nothing by itself",
  async (path, route) => {
    const first = await api().get(`//${path}`);
    const second = await api().get(`//${path}`);
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("private, no-store");
    expect(first.headers.get("referrer-policy")).toBe("no-referrer");
    const nonceOf = (headers: Headers) =>
      /script-src 'nonce-([\w-]{22})'/.exec(headers.get("content-security-policy")!)![1]!;
    const nonce = nonceOf(first.headers);
    expect(nonceOf(second.headers)).not.toBe(nonce);
    expect(first.headers.get("content-security-policy")).toBe(
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(first.body.match(/<script/g)).toHaveLength(1);
    expect(first.body).toContain(`<script nonce="${nonce}">`);
    expect(first.body).not.toMatch(/ on\w+=|src=|href=|https?:/);
    expect(first.body).toContain(`data-posts="/api/v1/auth/${route}"`);
    const [, script] = /<script[^>]*>(.*)<\/script>/s.exec(first.body)!;
    expect(script!.indexOf("fetch(")).toBeGreaterThan(script!.indexOf('"submit"'));
  },
);

test("whatever is put into the address of a page stays out of it", async () => {
  const { body } = await api().get("//reset-password?token=%3Cscript%3Ealert(1)%3C/script%3E");
  expect(body).not.toContain("alert(1)");
});
