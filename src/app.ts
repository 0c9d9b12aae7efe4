import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { cart } from "./commerce/cart/routes";
import { categories } from "./commerce/catalog/categoryRoutes";
import { catalogueCsv } from "./commerce/catalog/csv/routes";
import { reviews } from "./commerce/catalog/reviewRoutes";
import { catalogue } from "./commerce/catalog/routes";
import { media, productImages } from "./commerce/media/routes";
import { merchants } from "./commerce/merchants/routes";
import { orders, payments } from "./commerce/orders/routes";
import { statements } from "./commerce/payments/ledger/routes";
import { sandboxRoutes } from "./commerce/payments/sandbox/routes";
import { webhooks } from "./commerce/payments/webhooks/routes";
import { promotions } from "./commerce/promotions/routes";
import { search, searchAdministration } from "./commerce/search/routes";
import { rates } from "./commerce/shipping/routes";
import { stock } from "./commerce/stock/routes";
import { development } from "./development/routes";
import { type AppEnv, respondProblem } from "./http/answer";
import { edge } from "./http/edge";
import { countRequest } from "./http/limit";
import { serveDocument } from "./http/openapi";
import { refuse } from "./http/problem";
import { respondError } from "./http/refusal";
import { routeTable } from "./http/routeTable";
import { administration } from "./identity/admin/routes";
import { passkeyRoutes } from "./identity/factors/passkeys/routes";
import { factors } from "./identity/factors/routes";
import { identify } from "./identity/identify";
import { keyRoutes } from "./identity/keys/routes";
import { linkPages } from "./identity/mailbox/pages";
import { mailboxProof } from "./identity/mailbox/routes";
import { linkedIdentities, oauth } from "./identity/oauth/routes";
import { passwordRoutes } from "./identity/passwords/routes";
import { privacy } from "./identity/privacy/routes";
import { auth } from "./identity/routes";
import { jwks } from "./identity/tokens/routes";
import { ownPages, people } from "./identity/users/routes";
import { jobs } from "./jobs/routes";
import { audit } from "./operations/audit/routes";
import { flagAdministration, flags, ofrep } from "./operations/flags/routes";
import { health } from "./operations/health/routes";
import { mailboxRoutes } from "./operations/mail/routes";
import { queues } from "./operations/queues/routes";
import { system } from "./operations/routes";
import { tasks } from "./tasks/routes";
import { comments, documentComments } from "./workspaces/comments/routes";
import { documents, projectDocuments } from "./workspaces/documents/routes";
import { invitations, projects } from "./workspaces/projects/routes";

export const app = new OpenAPIHono<AppEnv>({
  router: routeTable(),
  getPath: (_, { env } = {}) => (env as AppEnv["Bindings"]).path,
});

app.onError((error, c) => respondError(error, c));

app.get("/openapi.json", serveDocument(app));
app.route("/", system.hono);
app.route("/health", health.hono);
app.route("/dev/mailbox", mailboxRoutes.hono);
app.route("/dev/payments", sandboxRoutes.hono);
app.route("/dev", development);
app.route("/", jwks.hono);
app.route("/", linkPages.hono);
app.route("/api/v1/auth", auth.hono);
app.route("/api/v1/auth", passwordRoutes.hono);
app.route("/api/v1/auth", mailboxProof.hono);
app.route("/api/v1/auth", factors.hono);
app.route("/api/v1/auth/passkeys", passkeyRoutes.hono);
app.route("/api/v1/auth", privacy.hono);
app.route("/api/v1/auth/oauth", oauth.hono);
app.route("/api/v1/auth/identities", linkedIdentities.hono);
app.route("/api/v1/auth/api-keys", keyRoutes.hono);
app.route("/api/v1/user", ownPages.hono);
app.route("/api/v1/users", people.hono);
app.route("/api/v1/tasks", tasks.hono);
app.route("/api/v1/merchants", merchants.hono);
app.route("/api/v1/products", catalogueCsv.hono);
app.route("/api/v1/products", search.hono);
app.route("/api/v1/products", catalogue.hono);
app.route("/api/v1/variants", stock.hono);
app.route("/api/v1/products", productImages.hono);
app.route("/api/v1/products", reviews.hono);
app.route("/api/v1/media", media.hono);
app.route("/api/v1/orders", orders.hono);
app.route("/api/v1/payments", payments.hono);
app.route("/api/v1/categories", categories.hono);
app.route("/api/v1/merchants", rates.hono);
app.route("/api/v1/promotions", promotions.hono);
app.route("/api/v1/cart", cart.hono);
app.route("/api/v1/admin/users", administration.hono);
app.route("/api/v1/merchants", statements.hono);
app.route("/api/v1/webhooks", webhooks.hono);
app.route("/api/v1/projects", projects.hono);
app.route("/api/v1/invitations", invitations.hono);
app.route("/api/v1/projects", projectDocuments.hono);
app.route("/api/v1/documents", documents.hono);
app.route("/api/v1/jobs", jobs.hono);
app.route("/api/v1/flags", flags.hono);
app.route("/api/v1/ofrep/v1", ofrep.hono);
app.route("/api/v1/admin/flags", flagAdministration.hono);
app.route("/api/v1/documents", documentComments.hono);
app.route("/api/v1/comments", comments.hono);
app.route("/api/v1/admin/audit", audit.hono);
app.route("/api/v1/admin/queues", queues.hono);
app.route("/api/v1/admin/search", searchAdministration.hono);

/** The Worker's door. */
export const answer = edge(app, { identify, limit: countRequest });

const otherMethod = methodNotAllowed({
  app: app as never,
  onMethodNotAllowed: (c, methods) =>
    respondProblem(
      c as never,
      refuse("method_not_allowed", { headers: { allow: methods.join(", ") } }),
    ),
});

app.notFound(async (c) => {
  c.res = respondProblem(c, refuse("not_found"));
  await otherMethod(c as never, async () => {});
  return c.res;
});
