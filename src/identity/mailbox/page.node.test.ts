import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { linkPage } from "./page";

const page = {
  title: "Set a new password",
  text: "Choose one.",
  button: "Set",
  done: "It is set.",
  posts: "/api/v1/auth/reset-password",
  asksPassword: true,
};

type Answer = { status: number; body?: unknown };

/** Runs the page's own script as a browser would, as far as the script asks for one. */
function open(hash: string, answer: Answer | Error) {
  const [, script] = /<script[^>]*>(.*)<\/script>/s.exec(linkPage(page, "nonce"))!;
  const says = { textContent: "" };
  const button = { disabled: false };
  const sent: { url: string; init: RequestInit }[] = [];
  const replaced: string[] = [];
  let submit = async (_: { preventDefault: () => void }) => {};
  const form = {
    hidden: false,
    dataset: { posts: page.posts, done: page.done },
    querySelector: (name: string) => (name === "button" ? button : { value: "a new password" }),
    addEventListener: (_: string, listener: typeof submit) => {
      submit = listener;
    },
  };
  runInNewContext(script!, {
    URLSearchParams,
    location: { hash, pathname: "/reset-password" },
    history: { replaceState: (...[, , url]: [unknown, string, string]) => replaced.push(url) },
    document: { querySelector: (name: string) => (name === "form" ? form : says) },
    fetch: async (url: string, init: RequestInit) => {
      sent.push({ url, init });
      if (answer instanceof Error) throw answer;
      const { status, body } = answer;
      return { ok: status < 400, status, json: async () => body };
    },
  });
  return { says, form, sent, replaced, press: () => submit({ preventDefault: () => {} }) };
}

test("nothing is sent before the button is pressed, and the token leaves the address bar", async () => {
  const tab = open("#token=the.token", { status: 204 });
  expect([tab.sent, tab.replaced]).toEqual([[], ["/reset-password"]]);
  await tab.press();
  expect(tab.sent).toHaveLength(1);
  expect(tab.sent[0]!.url).toBe("/api/v1/auth/reset-password");
  expect(JSON.parse(String(tab.sent[0]!.init.body))).toEqual({
    token: "the.token",
    password: "a new password",
  });
  expect([tab.says.textContent, tab.form.hidden]).toEqual(["It is set.", true]);
});

test("what went wrong is said, and may be mended where it can be", async () => {
  const weak = {
    status: 422,
    body: { detail: "No.", errors: [{ path: "body.password", message: "is too easy to guess" }] },
  };
  const cases: [Answer | Error, string, boolean][] = [
    [weak, "The password is too easy to guess.", false],
    [
      { status: 410, body: { detail: "The link was used already." } },
      "The link was used already.",
      true,
    ],
    [{ status: 429, body: { detail: "Too many requests." } }, "Too many requests.", false],
    [new Error("offline"), "We could not be reached. Try again.", false],
  ];
  for (const [answer, text, hidden] of cases) {
    const tab = open("#token=t", answer);
    await tab.press();
    expect([tab.says.textContent, tab.form.hidden]).toEqual([text, hidden]);
  }
});

test("a link that was cut short says so", () => {
  const tab = open("", { status: 204 });
  expect([tab.form.hidden, tab.says.textContent]).toEqual([
    true,
    "This link is incomplete. Copy all of it from the mail.",
  ]);
});
