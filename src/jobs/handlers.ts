import { mergeGuestCart } from "../commerce/cart/merge";
import { takeCsv } from "../commerce/catalog/csv/take";
import { relistPart } from "../commerce/catalog/relisting";
import { movePurchases } from "../commerce/catalog/sales";
import { hintCheckout } from "../commerce/checkout/hints";
import { makeThumbnails } from "../commerce/media/thumbnails";
import { returnCancelled } from "../commerce/orders/cancel";
import { moveOrders, rememberSale } from "../commerce/orders/sale";
import { postDispute, postFee, postRefund } from "../commerce/payments/ledger/consumers";
import { mirrorDispute, mirrorRefunds } from "../commerce/payments/mirror";
import { indexMany, indexProduct, indexStock } from "../commerce/search/indexing";
import { rebuildPart } from "../commerce/search/rebuild";
import { stockTerms, stockTermsOfMany } from "../commerce/stock/terms";
import { spreadRevocation } from "../identity/sessions/announce";
import { appendAudit } from "../operations/audit/audit";
import { sessionReuse, verification, welcome } from "../operations/mail/accountMails";
import { orderCancellation, orderConfirmation, orderShipped } from "../operations/mail/orderMails";
import { deviceNotice, linkMail, securityNotice } from "../operations/mail/securityMails";
import { closeSockets } from "../workspaces/documents/signOuts";
import { invitationMail } from "../workspaces/projects/invitationMail";
import { followMembership } from "../workspaces/projects/rooms";
import type { Consumer } from "./consume";
import type { EventType } from "./events";
import { runJob } from "./runJob";

/** The one map: what happens, by event, and by the name under which each consumer remembers it. */
export const consumers: { [T in EventType]: Record<string, Consumer<T>> } = {
  "user.registered": { welcome, verification },
  "guest.upgraded": {},
  "guest.merged": { mergeGuestCart, movePurchases, moveOrders },
  "user.anonymised": {},
  "link.issued": { linkMail },
  "security.changed": { securityNotice },
  "device.new": { deviceNotice },
  "audit.recorded": { appendAudit },
  "session.revoked": { spreadRevocation, sessionReuse, closeSockets },
  "product.changed": { stockTerms, indexProduct },
  "products.changed": { stockTermsOfMany, indexMany },
  "order.created": {},
  "order.paid": { rememberSale, orderConfirmation },
  "order.shipped": { orderShipped },
  "order.cancelled": { returnCancelled, orderCancellation },
  "order.ended": {},
  "order.review": {},
  "stock.changed": { indexStock },
  "search.rebuild": { rebuildPart },
  "catalogue.relist": { relistPart },
  "catalogue.import": { takeCsv },
  "media.uploaded": { makeThumbnails },
  "payment.changed": { hintCheckout, postFee },
  "refunds.changed": { mirrorRefunds },
  "dispute.changed": { mirrorDispute, postDispute },
  "refund.mirrored": { postRefund },
  "dispute.mirrored": {},
  "invitation.created": { invitationMail },
  "membership.changed": { followMembership },
  "job.due": { runJob },
  "job.finished": {},
  "comment.mentioned": {},
};
