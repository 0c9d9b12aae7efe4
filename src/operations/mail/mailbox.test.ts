import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { api, type Json } from "../../testing/api";
import { person } from "../../testing/people";

afterEach(() => {
  env.ENVIRONMENT = "development";
});

/** The mails to an address, once there are so many. */
async function mailsTo(email: string, count: number): Promise<Json[]> {
  return vi.waitFor(
    async () => {
      const { data } = await api().get(`//dev/mailbox?to=${encodeURIComponent(email)}`);
      expect(data).toHaveLength(count);
      return data;
    },
    { timeout: 12_000, interval: 100 },
  );
}

test("who registers gets a welcome and a link that verifies the address", async () => {
  const ada = await person({ displayName: "Ada Lövelace" });
  const mails = await mailsTo(ada.email, 2);
  expect(mails.map(({ subject }) => subject).sort()).toEqual([
    "Confirm your mail address",
    "Welcome to Rimlight",
  ]);
  const { id } = mails.find(({ subject }) => subject.startsWith("Confirm"));
  const { data: mail } = await api().get(`//dev/mailbox/${id}`);
  expect(mail.headers).toMatchObject({
    From: "Rimlight <no-reply@rimlight.dev>",
    To: `=?UTF-8?B?${btoa(unescape(encodeURIComponent("Ada Lövelace")))}?= <${ada.email}>`,
    "Message-ID": `<${id}@rimlight.dev>`,
  });
  const link = /https:\/\/rimlight\.test\/verify-email#token=[\w.-]+/;
  expect(mail.text).toMatch(link);
  expect(mail.html).toMatch(link);
});

test("a browser sees pages in which nothing runs or loads", async () => {
  const { email } = await person();
  const [{ id }] = await mailsTo(email, 2);
  const accept = { accept: "text/html,application/xhtml+xml" };
  for (const path of ["//dev/mailbox", `//dev/mailbox/${id}`]) {
    const page = await api().get(path, accept);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.body).not.toMatch(/<script|<img|https?:\/\/(?!rimlight)/i);
    expect(page.body).toContain(path.endsWith(id) ? email : `/dev/mailbox/${id}`);
  }
  const page = await api().get(`//dev/mailbox/${id}`, accept);
  expect(page.body).toMatch(/sandbox="allow-top-navigation-by-user-activation" srcdoc="&lt;base/);
});

test("in production there is no mailbox", async () => {
  const { email } = await person();
  const [{ id }] = await mailsTo(email, 2);
  env.ENVIRONMENT = "production";
  for (const path of ["//dev/mailbox", `//dev/mailbox/${id}`, "//dev/mailbox/x"])
    expect((await api().get(path)).status).toBe(404);
});

test("a mail that is not there is not found", async () => {
  expect((await api().get(`//dev/mailbox/${crypto.randomUUID()}`)).status).toBe(404);
});
