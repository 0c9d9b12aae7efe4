import { expect, test } from "vitest";
import type { SecurityChange } from "../../../jobs/events";
import {
  addressChangeMail,
  addressUndoMail,
  newDeviceMail,
  noticeMail,
  resetMail,
} from "./security";

const home = "https://rimlight.test";
const link = `${home}/reset-password#token=a.b`;
const seen = {
  device: "Firefox on Linux",
  place: ["Lyon", "FR"],
  at: Date.UTC(2026, 10, 20, 9, 5),
};

test("a link stands in both parts of its mail, and in no subject", () => {
  for (const template of [resetMail, addressChangeMail, addressUndoMail]) {
    const { subject, text, html } = template({ name: "Ada", link });
    expect(text).toContain(link);
    expect(html).toContain(`href="${link}"`);
    expect(subject).not.toContain("token");
    expect(text).toContain("Hello, Ada");
  }
});

test("a notice says what happened, without a link that a thief could use", () => {
  const changes: SecurityChange[] = ["password_changed", "totp_removed", "passkey_added"];
  const mails = changes.map((change) => noticeMail(change, { name: "", home }));
  expect(new Set(mails.map(({ subject }) => subject)).size).toBe(3);
  for (const { text } of mails) {
    expect(text).toContain("If this was not you");
    expect(text).not.toContain("#token=");
  }
});

test("a new device is told with its kind, its place as far as it is known, and the time", () => {
  expect(newDeviceMail({ name: "Ada", home, ...seen }).text).toContain(
    "Firefox on Linux in or near Lyon, FR, on 2026-11-20 at 09:05 UTC.",
  );
  const nowhere = newDeviceMail({ name: "Ada", home, ...seen, place: ["", ""] });
  expect(nowhere.text).toContain("Firefox on Linux, on 2026-11-20");
});

test("what a browser says of itself is escaped", () => {
  const { html } = newDeviceMail({ name: "Ada", home, ...seen, device: "<img src=x>" });
  expect(html).not.toContain("<img");
});
