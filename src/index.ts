import { answer } from "./app";
import { consume, consumeDead } from "./jobs/consume";
import type { Message } from "./jobs/events";
import { runSchedule } from "./jobs/schedule";

export { Checkout } from "./commerce/checkout/checkout";
export { PaymentSandbox } from "./commerce/payments/sandbox/paymentSandbox";
export { SkuStock } from "./commerce/stock/skuStock";
export { RateLimiter } from "./http/limiter";
export { Revocations } from "./identity/sessions/revocations";
export { AuditLog } from "./operations/audit/auditLog";
export { DocumentRoom } from "./workspaces/documents/room";

export default {
  fetch: answer,
  queue: (batch) => (batch.queue.endsWith("-dead") ? consumeDead(batch) : consume(batch)),
  scheduled: ({ cron }) => runSchedule(cron),
} satisfies ExportedHandler<Env, Message>;
