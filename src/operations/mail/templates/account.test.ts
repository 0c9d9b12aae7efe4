import { expect, test } from "vitest";
import { sessionReuseMail, verificationMail, welcomeMail } from "./account";
import { lay } from "./layout";

const link = "https://rimlight.test/verify-email#token=a.b";

test("the link stands in both parts, and nothing is loaded from anywhere", () => {
  const { text, html, subject } = verificationMail({ name: "Ada", link });
  expect(subject).toBe("Confirm your mail address");
  expect(text).toContain("Hello, Ada");
  expect(text).toContain(link);
  expect(html).toContain(`href="${link}"`);
  for (const mail of [html, welcomeMail({ name: "", home: "https://rimlight.test" }).html])
    expect(mail).not.toMatch(/<img|<script|<link|<style|src=|@import|url\(/i);
});

test("whatever is put into a mail is escaped", () => {
  const evil = `<script>alert("1")</script>'&`;
  const words = { subject: evil, heading: evil, paragraphs: [evil], note: evil };
  const { html } = lay({ ...words, action: { label: evil, url: `https://x/"onclick='x'` } });
  expect(html).not.toContain("<script");
  expect(html).not.toContain(`"onclick`);
  expect(
    html.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/g),
  ).toHaveLength(5);
});

test("a name that advertises is not written to a stranger's address", () => {
  for (const name of [
    "Win at https://evil.example",
    "evil.example",
    "call 0900 1234",
    "@eve",
    "a".repeat(41),
  ])
    for (const mail of [welcomeMail, sessionReuseMail]) {
      const { text, html } = mail({ name, home: "https://rimlight.test" });
      expect(text + html).not.toContain(name);
    }
  expect(welcomeMail({ name: "J. R. Müller-O'Hara", home: "https://x.test" }).text).toContain(
    "J. R. Müller",
  );
});
