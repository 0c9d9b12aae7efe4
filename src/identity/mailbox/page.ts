import { html, raw } from "hono/html";

export type LinkPage = {
  title: string;
  text: string;
  button: string;
  /** What is said once the link was redeemed. */
  done: string;
  /** Where the token goes, and only when the button is pressed. */
  posts: string;
  asksPassword?: boolean;
};

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 28rem; margin: 12vh auto; padding: 0 1rem; }
  input, button { font: inherit; box-sizing: border-box; width: 100%; padding: .7rem; border-radius: 8px; border: 1px solid #8888; }
  button { margin-top: 1rem; background: #4338ca; color: #fff; font-weight: 600; border: 0; cursor: pointer; }
  button:disabled { opacity: .6; }`;

/** The token leaves the address bar at once; it is read from behind the #, which no server sees. */
const script = `
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  history.replaceState(null, "", location.pathname);
  const form = document.querySelector("form");
  const says = document.querySelector("[role=status]");
  if (!token) { form.hidden = true; says.textContent = "This link is incomplete. Copy all of it from the mail."; }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const password = form.querySelector("input")?.value;
    try {
      const answer = await fetch(form.dataset.posts, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(password === undefined ? { token } : { token, password }),
      });
      const problem = answer.ok ? null : await answer.json();
      const field = problem?.errors?.find(({ path }) => path === "body.password");
      says.textContent = field ? "The password " + field.message + "." : problem ? problem.detail : form.dataset.done;
      if (!problem || answer.status === 410) form.hidden = true;
    } catch {
      says.textContent = "We could not be reached. Try again.";
    }
    button.disabled = false;
  });`;

const passwordField = html`<p><label>New password
<input type="password" autocomplete="new-password" minlength="8" maxlength="256" required></label></p>`;

export const linkPage = (page: LinkPage, nonce: string): string =>
  html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style nonce="${nonce}">${raw(style)}</style>
<main>
<h1>${page.title}</h1>
<p>${page.text}</p>
<form data-posts="${page.posts}" data-done="${page.done}">
${page.asksPassword ? passwordField : ""}
<button>${page.button}</button>
</form>
<p role="status"><noscript>This page needs JavaScript.</noscript></p>
</main>
<script nonce="${nonce}">${raw(script)}</script>
</html>
`.toString();
