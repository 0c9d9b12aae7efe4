import { expect, test, vi } from "vitest";
import { Unavailable } from "../../../data/attempt";
import { Permanent } from "../../../jobs/failure";
import { sendgrid } from "./sendgrid";

const letter = {
  ...{ id: "0190-mail", kind: "welcome", subject: "Grüße", text: "text", html: "<p>html</p>" },
  from: { email: "no-reply@rimlight.dev", name: "Rimlight" },
  to: { email: "ada@example.com", name: "" },
};

/** SendGrid's side of the wire. */
function provider(answer: () => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit }[] = [];
  const send = (async (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return answer();
  }) as typeof fetch;
  return { requests, transport: sendgrid("SG.key", send) };
}

test("a mail goes out as SendGrid's API wants it, under a message id of ours, untracked", async () => {
  const headers = { "x-message-id": "provider-1" };
  const { requests, transport } = provider(() => new Response(null, { status: 202, headers }));
  expect(await transport.send(letter)).toBe("provider-1");
  const [{ url, init }] = requests as [(typeof requests)[0]];
  expect(url).toBe("https://api.sendgrid.com/v3/mail/send");
  expect(init).toMatchObject({
    method: "POST",
    redirect: "manual",
    headers: { authorization: "Bearer SG.key", "content-type": "application/json" },
  });
  expect(JSON.parse(String(init.body))).toEqual({
    personalizations: [{ to: [{ email: "ada@example.com" }] }],
    from: { email: "no-reply@rimlight.dev", name: "Rimlight" },
    subject: "Grüße",
    content: [
      { type: "text/plain", value: "text" },
      { type: "text/html", value: "<p>html</p>" },
    ],
    headers: { "Message-ID": "<0190-mail@rimlight.dev>", "Auto-Submitted": "auto-generated" },
    custom_args: { mail_id: "0190-mail" },
    categories: ["welcome"],
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  });
});

test("overload, failure and silence ask for another try, not before the provider says", async () => {
  const soon = String(Math.floor(Date.now() / 1_000) + 50);
  const cases: [Response | Error, number][] = [
    [new Response(null, { status: 500 }), 1],
    [new Response(null, { status: 503, headers: { "retry-after": "30" } }), 30],
    [new Response(null, { status: 429, headers: { "x-ratelimit-reset": soon } }), 45],
    [new TypeError("network"), 1],
  ];
  for (const [outcome, least] of cases) {
    const { transport } = provider(() => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
    const error = await transport.send(letter).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unavailable);
    expect((error as Unavailable).retryAfter).toBeGreaterThanOrEqual(least);
    expect((error as Unavailable).retryAfter).toBeLessThanOrEqual(3_600);
  }
});

test("a provider that never answers is given up after ten seconds", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  const { transport } = provider(() => new Response(null, { status: 202 }));
  await transport.send(letter);
  expect(timeout).toHaveBeenCalledWith(10_000);
});

test("a refusal is final, and keeps neither the address nor the provider's words", async () => {
  const errors = [
    { field: "personalizations.0.to.0.email", message: "ada@example.com is no good" },
    { field: "ada@example.com", message: "no" },
    { message: "no" },
  ];
  for (const status of [400, 401, 403, 413, 302]) {
    const body = status === 400 ? JSON.stringify({ errors }) : "<html>";
    const { transport, requests } = provider(() => new Response(body, { status }));
    const error = (await transport.send(letter).catch((thrown: unknown) => thrown)) as Permanent;
    expect(error).toBeInstanceOf(Permanent);
    expect(error.message).toContain(`SendGrid refused it: ${status}`);
    expect(error.message).not.toContain("ada");
    if (status === 400) expect(error.message).toContain("personalizations.0.to.0.email");
    expect(requests).toHaveLength(1);
  }
});
