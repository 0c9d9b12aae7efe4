import { expect, test } from "vitest";
import { Unavailable } from "../../../data/attempt";
import { Permanent } from "../../../jobs/failure";
import { cloudflare } from "./cloudflare";

const letter = {
  ...{ id: "0190-mail", kind: "welcome", subject: "Hello", text: "text", html: "<p>html</p>" },
  from: { email: "no-reply@rimlight.dev", name: "Rimlight" },
  to: { email: "ada@example.com", name: "" },
};

test("a mail goes out with a reference of ours, as Cloudflare sets the message id", async () => {
  const sent: unknown[] = [];
  const send = async (message: unknown) => {
    sent.push(message);
    return { messageId: "cf-1" };
  };
  expect(await cloudflare({ send } as SendEmail).send(letter)).toBe("cf-1");
  expect(sent).toEqual([
    {
      from: { email: "no-reply@rimlight.dev", name: "Rimlight" },
      to: "ada@example.com",
      subject: "Hello",
      text: "text",
      html: "<p>html</p>",
      headers: { "X-Entity-Ref-ID": "0190-mail", "Auto-Submitted": "auto-generated" },
    },
  ]);
});

test("what may pass is tried again, what is refused is not", async () => {
  const outcome = async (error: unknown) => {
    const send = async () => {
      throw error;
    };
    return cloudflare({ send } as never)
      .send(letter)
      .catch((thrown: unknown) => thrown);
  };
  const coded = (code: string) => Object.assign(new Error("ada@example.com is no good"), { code });
  for (const error of [
    coded("E_RATE_LIMIT_EXCEEDED"),
    coded("E_INTERNAL_SERVER_ERROR"),
    new Error("x"),
  ])
    expect(await outcome(error)).toBeInstanceOf(Unavailable);
  for (const code of ["E_RECIPIENT_SUPPRESSED", "E_SENDER_NOT_VERIFIED", "E_VALIDATION_ERROR"]) {
    const error = await outcome(coded(code));
    expect(error).toBeInstanceOf(Permanent);
    expect((error as Error).message).toBe(`Cloudflare refused it: ${code}`);
  }
});
