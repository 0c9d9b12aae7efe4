import { afterEach, expect, test, vi } from "vitest";
import { github } from "./github";

afterEach(() => {
  vi.restoreAllMocks();
});

const client = {
  provider: "github",
  name: "GitHub",
  clientId: "an id",
  clientSecret: "a secret",
  issuer: "https://github.com",
};
const grant = {
  code: "a code",
  iss: undefined,
  verifier: "a verifier",
  nonce: "",
  redirectUri: "https://rimlight.test/back",
};

/** As GitHub's API documents its answers. */
function answering(emails: unknown, token: object = { access_token: "gho_x" }) {
  const answers: Record<string, unknown> = {
    "https://github.com/login/oauth/access_token": token,
    "https://api.github.com/user": {
      id: 583231,
      login: "octocat",
      name: null,
      email: "x@y.example",
    },
    "https://api.github.com/user/emails": emails,
  };
  return vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async (address) => Response.json(answers[String(address)]));
}

test("who somebody is at GitHub is a number, and their address the primary one that is verified", async () => {
  const fetch = answering([
    { email: "old@example.com", primary: false, verified: true },
    { email: "Octocat@Example.com", primary: true, verified: true },
  ]);
  expect(await github.identify(client, grant)).toEqual({
    issuer: "https://github.com",
    subject: "583231",
    address: "octocat@example.com",
    label: "octocat@example.com",
    displayName: "octocat",
  });
  const body = fetch.mock.calls[0]![1]!.body as URLSearchParams;
  expect(Object.fromEntries(body)).toMatchObject({ code: "a code", code_verifier: "a verifier" });
});

test.each([
  [[{ email: "a@example.com", primary: true, verified: false }]],
  [[{ email: "a@example.com", primary: false, verified: true }]],
  [{ message: "Requires authentication" }],
])("an address that is not verified and primary is none: %j", async (emails) => {
  answering(emails);
  expect((await github.identify(client, grant)).address).toBeNull();
});

test("a code that GitHub refuses signs nobody in", async () => {
  answering([], { error: "bad_verification_code" });
  await expect(github.identify(client, grant)).rejects.toThrow("sign_in_failed");
});
