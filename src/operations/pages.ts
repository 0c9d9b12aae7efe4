import { html } from "hono/html";
import { titleOf } from "../http/answer";
import { catalogue } from "../http/problem";

/** A page, and the Content-Security-Policy it needs. */
export type Page = { html: string; policy: string };

const closed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Swagger UI, from the files that are served beside the Worker: it needs nothing from elsewhere. */
export const apiPage: Page = {
  policy: `${closed}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'`,
  html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rimlight API</title>
<link rel="icon" href="/api-docs/favicon-32x32.png">
<link rel="stylesheet" href="/api-docs/swagger-ui.css">
<div id="swagger-ui">The page needs JavaScript; <a href="/openapi.json">the document</a> does not.</div>
<script src="/api-docs/swagger-ui-bundle.js"></script>
<script src="/api-docs/start.js"></script>
</html>
`,
};

export type Explained = { code: string; title: string; status: number; detail: string };

/** What the `type` of a problem stands for; null if no problem has this code. */
export function explain(code: string): Explained | null {
  const known = catalogue.get(code);
  return known ? { code, title: titleOf(code), status: known[0], detail: known[1] } : null;
}

export const problemPage = ({ code, title, status, detail }: Explained): Page => {
  return {
    policy: closed,
    html: html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<h1>${title}</h1>
<p>${detail}</p>
<p>Status <code>${status}</code>, code <code>${code}</code>.</p>
<p><a href="/api-docs">All routes</a></p>
</html>
`.toString(),
  };
};
