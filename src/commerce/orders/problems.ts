import { problems } from "../../http/problem";

export const refuse = problems({
  order_not_found: [404, "There is no such order, or it is not yours to see."],
  cart_empty: [422, "There is nothing in the cart to order."],
  email_required: [422, "A guest's order needs an address for its mails."],
  undeliverable: [422, "A merchant in the cart does not ship to this address."],
  insufficient_stock: [409, "There is not enough left of something in the cart."],
  cart_changed: [409, "The cart changed meanwhile. Look at it again before you order."],
  payment_in_progress: [409, "An earlier order of this cart is being paid right now."],
  promotion_exhausted: [409, "A promotion in the cart has just been used up."],
  checkout_ended: [409, "This checkout has ended. Start again with a new Idempotency-Key."],
  payment_refused: [422, "The payment provider does not accept a payment of this kind."],
  not_yours_to_ship: [404, "The order has no such lines of a merchant that you are a member of."],
  several_merchants: [422, "A parcel holds the goods of one merchant."],
  not_shippable: [409, "The order is not paid, or has ended."],
  shipped_already: [409, "More than was ordered would be shipped."],
  nothing_to_deliver: [409, "There is no parcel on its way."],
  not_cancellable: [409, "The order cannot be cancelled any more."],
});
