import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const site = join(root, "dist/console");

/** The files the Worker serves beside its routes: the parts of the API page, and a page to land on. */
export function layOut() {
  const docs = join(site, "api-docs");
  mkdirSync(docs, { recursive: true });
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"])
    copyFileSync(join(root, "node_modules/swagger-ui-dist", name), join(docs, name));
  copyFileSync(join(here, "apiDocs.js"), join(docs, "start.js"));
  const landing = join(site, "index.html");
  if (!existsSync(join(site, "assets"))) copyFileSync(join(here, "landing.html"), landing);
}
