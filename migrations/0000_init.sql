CREATE TABLE `cart_lines` (
	`user_id` text NOT NULL,
	`variant_id` text NOT NULL,
	`quantity` integer NOT NULL,
	`seen_prices` text NOT NULL,
	`seen_left` integer,
	`seen_quantity` integer,
	`added_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `variant_id`),
	FOREIGN KEY (`variant_id`) REFERENCES `variants`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cart_line_quantity" CHECK("cart_lines"."quantity" BETWEEN 1 AND 999)
);
--> statement-breakpoint
CREATE INDEX `cart_lines_by_variant` ON `cart_lines` (`variant_id`);--> statement-breakpoint
CREATE TABLE `carts` (
	`user_id` text PRIMARY KEY NOT NULL,
	`code` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `catalogue_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`status` text NOT NULL,
	`header` text NOT NULL,
	`bytes` integer NOT NULL,
	`lines` integer NOT NULL,
	`offset` integer NOT NULL,
	`line` integer NOT NULL,
	`created` integer DEFAULT 0 NOT NULL,
	`updated` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`errors` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`merchant_id`) REFERENCES `merchants`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "imports_status" CHECK("catalogue_imports"."status" IN ('queued', 'running', 'succeeded', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `imports_by_merchant` ON `catalogue_imports` (`merchant_id`,`id`);--> statement-breakpoint
CREATE TABLE `categories` (
	`id` text PRIMARY KEY NOT NULL,
	`parent_id` text,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`path` text NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`parent_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `categories_slug` ON `categories` (`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `categories_path` ON `categories` (`path`);--> statement-breakpoint
CREATE INDEX `categories_by_parent` ON `categories` (`parent_id`);--> statement-breakpoint
CREATE TABLE `inventory` (
	`variant_id` text PRIMARY KEY NOT NULL,
	`available` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`variant_id`) REFERENCES `variants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `listings` (
	`product_id` text NOT NULL,
	`shelf` text NOT NULL,
	`market` text NOT NULL,
	`currency` text NOT NULL,
	`price` integer NOT NULL,
	`sold` integer NOT NULL,
	`in_stock` integer NOT NULL,
	PRIMARY KEY(`product_id`, `shelf`, `market`),
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `listings_newest` ON `listings` (`shelf`,`market`,`product_id`,`price`,`in_stock`);--> statement-breakpoint
CREATE INDEX `listings_by_price` ON `listings` (`shelf`,`market`,`price`,`product_id`,`in_stock`);--> statement-breakpoint
CREATE INDEX `listings_popular` ON `listings` (`shelf`,`market`,`sold`,`product_id`,`price`,`in_stock`);--> statement-breakpoint
CREATE TABLE `price_history` (
	`variant_id` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL,
	FOREIGN KEY (`variant_id`) REFERENCES `variants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `price_history_by_price` ON `price_history` (`variant_id`,`currency`,`until`);--> statement-breakpoint
CREATE TABLE `prices` (
	`variant_id` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`since` integer NOT NULL,
	`lowest_before` integer,
	PRIMARY KEY(`variant_id`, `currency`),
	FOREIGN KEY (`variant_id`) REFERENCES `variants`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "prices_amount" CHECK("prices"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`category_id` text,
	`tags` text NOT NULL,
	`status` text NOT NULL,
	`featured` integer NOT NULL,
	`rating_sum` integer DEFAULT 0 NOT NULL,
	`rating_count` integer DEFAULT 0 NOT NULL,
	`sold` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`merchant_id`) REFERENCES `merchants`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "products_status" CHECK("products"."status" IN ('draft', 'active', 'archived')),
	CONSTRAINT "products_rating" CHECK("products"."rating_sum" BETWEEN "products"."rating_count" AND 5 * "products"."rating_count")
);
--> statement-breakpoint
CREATE INDEX `products_by_merchant` ON `products` (`merchant_id`,`id`);--> statement-breakpoint
CREATE INDEX `products_by_category` ON `products` (`category_id`);--> statement-breakpoint
CREATE TABLE `purchases` (
	`user_id` text NOT NULL,
	`product_id` text NOT NULL,
	`bought_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `product_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`user_id` text NOT NULL,
	`rating` integer NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reviews_rating" CHECK("reviews"."rating" BETWEEN 1 AND 5)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reviews_one_each` ON `reviews` (`product_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `reviews_by_product` ON `reviews` (`product_id`,`id`);--> statement-breakpoint
CREATE INDEX `reviews_by_user` ON `reviews` (`user_id`);--> statement-breakpoint
CREATE TABLE `variants` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`merchant_id` text NOT NULL,
	`sku` text NOT NULL,
	`title` text NOT NULL,
	`options` text NOT NULL,
	`weight_grams` integer NOT NULL,
	`oversell` text NOT NULL,
	`position` integer NOT NULL,
	`archived_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "variants_oversell" CHECK("variants"."oversell" IN ('deny', 'backorder', 'untracked')),
	CONSTRAINT "variants_weight" CHECK("variants"."weight_grams" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `variants_sku` ON `variants` (`merchant_id`,`sku`);--> statement-breakpoint
CREATE INDEX `variants_by_product` ON `variants` (`product_id`,`position`);--> statement-breakpoint
CREATE INDEX `variants_by_sku` ON `variants` (`sku`);--> statement-breakpoint
CREATE TABLE `checkouts` (
	`id` text PRIMARY KEY NOT NULL,
	`customer_id` text NOT NULL,
	`state` text NOT NULL,
	`hash` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `checkouts_live` ON `checkouts` (`customer_id`) WHERE state = 'live';--> statement-breakpoint
CREATE INDEX `checkouts_old` ON `checkouts` (`created_at`) WHERE state = 'live';--> statement-breakpoint
CREATE TABLE `checkout_reviews` (
	`checkout_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text
);
--> statement-breakpoint
CREATE INDEX `checkout_reviews_open` ON `checkout_reviews` (`created_at`) WHERE resolved_at IS NULL;--> statement-breakpoint
CREATE TABLE `media` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`owner_id` text NOT NULL,
	`purpose` text NOT NULL,
	`state` text NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`bytes` integer NOT NULL,
	`width` integer,
	`height` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "media_purpose" CHECK("media"."purpose" IN ('product', 'avatar', 'attachment')),
	CONSTRAINT "media_state" CHECK("media"."state" IN ('pending', 'stored', 'ready', 'failed', 'deleted'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `media_key` ON `media` (`key`);--> statement-breakpoint
CREATE INDEX `media_by_owner` ON `media` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `media_unsettled` ON `media` (`updated_at`) WHERE state IN ('pending', 'deleted');--> statement-breakpoint
CREATE TABLE `product_images` (
	`id` text PRIMARY KEY NOT NULL,
	`product_id` text NOT NULL,
	`key` text NOT NULL,
	`alt` text NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `media`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `product_images_by_product` ON `product_images` (`product_id`,`position`,`id`);--> statement-breakpoint
CREATE TABLE `merchant_members` (
	`merchant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`merchant_id`, `user_id`),
	FOREIGN KEY (`merchant_id`) REFERENCES `merchants`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "merchant_members_role" CHECK("merchant_members"."role" IN ('staff', 'manager', 'owner'))
);
--> statement-breakpoint
CREATE INDEX `merchant_members_by_user` ON `merchant_members` (`user_id`,`merchant_id`);--> statement-breakpoint
CREATE TABLE `merchants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`country` text NOT NULL,
	`currency` text NOT NULL,
	`commission_basis_points` integer NOT NULL,
	`paused_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "merchants_commission" CHECK("merchants"."commission_basis_points" BETWEEN 0 AND 10000)
);
--> statement-breakpoint
CREATE TABLE `fulfilments` (
	`id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`merchant_id` text NOT NULL,
	`lines` text NOT NULL,
	`carrier` text,
	`tracking_number` text,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `fulfilments_by_order` ON `fulfilments` (`order_id`,`id`);--> statement-breakpoint
CREATE TABLE `merchant_orders` (
	`order_id` text NOT NULL,
	`merchant_id` text NOT NULL,
	`gross` integer NOT NULL,
	`discount` integer NOT NULL,
	`shipping` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`commission` integer NOT NULL,
	PRIMARY KEY(`order_id`, `merchant_id`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `merchant_orders_by_merchant` ON `merchant_orders` (`merchant_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `order_history` (
	`order_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`actor_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `sequence`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `order_lines` (
	`order_id` text NOT NULL,
	`merchant_id` text NOT NULL,
	`variant_id` text NOT NULL,
	`product_id` text NOT NULL,
	`sku` text NOT NULL,
	`title` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`discount` integer NOT NULL,
	`tax_rate` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`commission_rate` integer NOT NULL,
	`commission` integer NOT NULL,
	`shipped` integer DEFAULT 0 NOT NULL,
	`returned` integer DEFAULT 0 NOT NULL,
	`refunded` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`order_id`, `variant_id`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_lines_quantity" CHECK("order_lines"."quantity" > 0),
	CONSTRAINT "order_lines_shipped" CHECK("order_lines"."shipped" BETWEEN 0 AND "order_lines"."quantity"),
	CONSTRAINT "order_lines_returned" CHECK("order_lines"."returned" BETWEEN 0 AND "order_lines"."quantity"),
	CONSTRAINT "order_lines_refunded" CHECK("order_lines"."refunded" BETWEEN 0 AND "order_lines"."total")
);
--> statement-breakpoint
CREATE INDEX `order_lines_by_product` ON `order_lines` (`product_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `orders` (
	`id` text PRIMARY KEY NOT NULL,
	`checkout_id` text NOT NULL,
	`number` integer,
	`customer_id` text NOT NULL,
	`email` text,
	`status` text NOT NULL,
	`currency` text NOT NULL,
	`gross` integer NOT NULL,
	`discount` integer NOT NULL,
	`shipping` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`intent_id` text,
	`captured` integer DEFAULT 0 NOT NULL,
	`refund_reserved` integer DEFAULT 0 NOT NULL,
	`shipping_address` text NOT NULL,
	`note` text,
	`created_at` integer NOT NULL,
	`paid_at` integer,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "orders_total" CHECK("orders"."total" >= 0),
	CONSTRAINT "orders_captured" CHECK("orders"."captured" IN (0, "orders"."total")),
	CONSTRAINT "orders_refunds" CHECK("orders"."refund_reserved" BETWEEN 0 AND "orders"."captured")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_checkout_id_unique` ON `orders` (`checkout_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_number` ON `orders` (`number`);--> statement-breakpoint
CREATE INDEX `orders_by_customer` ON `orders` (`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `orders_by_status` ON `orders` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`transaction_id` text NOT NULL,
	`line` integer NOT NULL,
	`account` text NOT NULL,
	`merchant_id` text,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`transaction_id`, `line`),
	FOREIGN KEY (`transaction_id`) REFERENCES `ledger_transactions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_entries_amount" CHECK("ledger_entries"."amount" <> 0),
	CONSTRAINT "ledger_entries_owner" CHECK("ledger_entries"."merchant_id" IS NOT NULL OR "ledger_entries"."account" <> 'merchant_payable')
);
--> statement-breakpoint
CREATE INDEX `ledger_entries_merchant` ON `ledger_entries` (`merchant_id`,`at`,`transaction_id`);--> statement-breakpoint
CREATE TABLE `ledger_transactions` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`reference` text NOT NULL,
	`order_id` text,
	`intent_id` text,
	`currency` text NOT NULL,
	`debit` integer NOT NULL,
	`credit` integer NOT NULL,
	`at` integer NOT NULL,
	CONSTRAINT "ledger_balanced" CHECK("ledger_transactions"."debit" = "ledger_transactions"."credit" AND "ledger_transactions"."debit" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transactions_reference_unique` ON `ledger_transactions` (`reference`);--> statement-breakpoint
CREATE INDEX `ledger_transactions_intent` ON `ledger_transactions` (`intent_id`);--> statement-breakpoint
CREATE INDEX `ledger_transactions_order` ON `ledger_transactions` (`order_id`);--> statement-breakpoint
CREATE TABLE `payment_events` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`subject_id` text,
	`intent_id` text,
	`created_at` integer NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `payment_events_received_at` ON `payment_events` (`received_at`);--> statement-breakpoint
CREATE INDEX `payment_events_intent` ON `payment_events` (`intent_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `provider_disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`intent_id` text,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`asked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `provider_disputes_intent` ON `provider_disputes` (`intent_id`);--> statement-breakpoint
CREATE TABLE `provider_refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`intent_id` text NOT NULL,
	`key` text,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`failure_reason` text,
	`created_at` integer NOT NULL,
	`asked_at` integer NOT NULL,
	CONSTRAINT "provider_refunds_amount" CHECK("provider_refunds"."amount" > 0)
);
--> statement-breakpoint
CREATE INDEX `provider_refunds_intent` ON `provider_refunds` (`intent_id`);--> statement-breakpoint
CREATE TABLE `promotion_customers` (
	`promotion_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`customer_limit` integer,
	`held` integer DEFAULT 0 NOT NULL,
	`used` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`customer_id`, `promotion_id`),
	FOREIGN KEY (`promotion_id`) REFERENCES `promotions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "promotion_customer_counted" CHECK("promotion_customers"."held" >= 0 AND "promotion_customers"."used" >= 0),
	CONSTRAINT "promotion_customer_limit" CHECK("promotion_customers"."customer_limit" IS NULL OR "promotion_customers"."held" + "promotion_customers"."used" <= "promotion_customers"."customer_limit")
);
--> statement-breakpoint
CREATE TABLE `promotion_uses` (
	`promotion_id` text NOT NULL,
	`checkout_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	PRIMARY KEY(`checkout_id`, `promotion_id`),
	FOREIGN KEY (`promotion_id`) REFERENCES `promotions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "promotion_use_amount" CHECK("promotion_uses"."amount" >= 0),
	CONSTRAINT "promotion_use_settled" CHECK(("promotion_uses"."state" = 'held') = ("promotion_uses"."settled_at" IS NULL))
);
--> statement-breakpoint
CREATE INDEX `promotion_uses_promotion` ON `promotion_uses` (`promotion_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `promotions` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text,
	`title` text NOT NULL,
	`code` text,
	`status` text DEFAULT 'active' NOT NULL,
	`benefit` text NOT NULL,
	`eligible` text NOT NULL,
	`currency` text,
	`minimum` integer,
	`starts_at` integer,
	`ends_at` integer,
	`stacking` text DEFAULT 'combinable' NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`usage_limit` integer,
	`held` integer DEFAULT 0 NOT NULL,
	`used` integer DEFAULT 0 NOT NULL,
	`customer_limit` integer,
	`budget` integer,
	`budget_held` integer DEFAULT 0 NOT NULL,
	`budget_used` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "promotion_uses_counted" CHECK("promotions"."held" >= 0 AND "promotions"."used" >= 0),
	CONSTRAINT "promotion_usage_limit" CHECK("promotions"."usage_limit" IS NULL OR "promotions"."held" + "promotions"."used" <= "promotions"."usage_limit"),
	CONSTRAINT "promotion_budget_counted" CHECK("promotions"."budget_held" >= 0 AND "promotions"."budget_used" >= 0),
	CONSTRAINT "promotion_budget" CHECK("promotions"."budget" IS NULL OR "promotions"."budget_held" + "promotions"."budget_used" <= "promotions"."budget"),
	CONSTRAINT "promotion_currency" CHECK("promotions"."currency" IS NOT NULL OR ("promotions"."minimum" IS NULL AND "promotions"."budget" IS NULL)),
	CONSTRAINT "promotion_window" CHECK("promotions"."starts_at" < "promotions"."ends_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `promotions_merchant_code` ON `promotions` (`merchant_id`,`code`) WHERE status <> 'archived' AND code IS NOT NULL AND merchant_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `promotions_platform_code` ON `promotions` (`code`) WHERE status <> 'archived' AND merchant_id IS NULL;--> statement-breakpoint
CREATE INDEX `promotions_merchant` ON `promotions` (`merchant_id`,`id`);--> statement-breakpoint
CREATE INDEX `promotions_code` ON `promotions` (`code`) WHERE code IS NOT NULL;--> statement-breakpoint
CREATE INDEX `promotions_automatic` ON `promotions` (`merchant_id`) WHERE status = 'active' AND code IS NULL;--> statement-breakpoint
CREATE TABLE `shipping_rates` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`country` text NOT NULL,
	`currency` text NOT NULL,
	`cost` text NOT NULL,
	`free_above` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "shipping_rate_free_above" CHECK("shipping_rates"."free_above" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shipping_rates_zone` ON `shipping_rates` (`merchant_id`,`country`,`currency`);--> statement-breakpoint
CREATE TABLE `tax_rates` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`country` text NOT NULL,
	`category_id` text,
	`basis_points` integer NOT NULL,
	`inclusive` integer NOT NULL,
	`taxes_shipping` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "tax_rate_basis_points" CHECK("tax_rates"."basis_points" BETWEEN 0 AND 10000),
	CONSTRAINT "tax_rate_shipping" CHECK("tax_rates"."category_id" IS NULL OR "tax_rates"."taxes_shipping" = 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tax_rates_category` ON `tax_rates` (`merchant_id`,`country`,`category_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `tax_rates_general` ON `tax_rates` (`merchant_id`,`country`) WHERE category_id IS NULL;--> statement-breakpoint
CREATE TABLE `applied` (
	`consumer` text NOT NULL,
	`event_id` text NOT NULL,
	`applied_at` integer NOT NULL,
	PRIMARY KEY(`event_id`, `consumer`)
);
--> statement-breakpoint
CREATE INDEX `applied_at` ON `applied` (`applied_at`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`event_id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`queue` text NOT NULL,
	`payload` text NOT NULL,
	`request_id` text NOT NULL,
	`error` text NOT NULL,
	`failed_at` integer NOT NULL,
	`retried_at` integer
);
--> statement-breakpoint
CREATE INDEX `dead_letters_failed_at` ON `dead_letters` (`failed_at`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`queue` text NOT NULL,
	`payload` text NOT NULL,
	`request_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE INDEX `events_unsent` ON `events` (`created_at`) WHERE "events"."sent_at" IS NULL;--> statement-breakpoint
CREATE INDEX `events_sent` ON `events` (`sent_at`) WHERE "events"."sent_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`principal` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`resource` text,
	`status` integer,
	`body` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`principal`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created_at` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`is_device_bound` integer NOT NULL,
	`is_backed_up` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential_id_unique` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_of_user` ON `passkeys` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`user_id` text NOT NULL,
	`hash` text NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`user_id`, `hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `spent_challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `totp_secrets` (
	`user_id` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`last_step` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_of_user` ON `api_keys` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `identities` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`label` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identities_subject` ON `identities` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `identities_of_user` ON `identities` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `passwords` (
	`user_id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`current_hash` text NOT NULL,
	`previous_hash` text,
	`nonce` text,
	`generation` integer DEFAULT 0 NOT NULL,
	`rotated_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`idle_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`reason` text,
	`user_agent` text NOT NULL,
	`network` text NOT NULL,
	`device` text NOT NULL,
	`country` text NOT NULL,
	`city` text NOT NULL,
	`amr` text NOT NULL,
	`impersonator_id` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sessions_generation" CHECK("sessions"."generation" >= 0)
);
--> statement-breakpoint
CREATE INDEX `sessions_of_user` ON `sessions` (`user_id`,`id`) WHERE "sessions"."revoked_at" IS NULL;--> statement-breakpoint
CREATE INDEX `sessions_from_device` ON `sessions` (`user_id`,`device`);--> statement-breakpoint
CREATE INDEX `sessions_of_impersonator` ON `sessions` (`impersonator_id`) WHERE "sessions"."impersonator_id" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `one_time_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`purpose` text NOT NULL,
	`address` text NOT NULL,
	`hash` text NOT NULL,
	`secret_version` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `one_time_tokens_of_user` ON `one_time_tokens` (`user_id`,`purpose`);--> statement-breakpoint
CREATE INDEX `one_time_tokens_holding` ON `one_time_tokens` (`address`) WHERE "one_time_tokens"."purpose" = 'undo_email';--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`public_key` text NOT NULL,
	`private_key` text,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	CONSTRAINT "signing_keys_state" CHECK("signing_keys"."state" IN ('next', 'active', 'retiring', 'dead'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_only_one` ON `signing_keys` (`state`) WHERE "signing_keys"."state" IN ('next', 'active');--> statement-breakpoint
CREATE TABLE `user_words` (
	`word` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`word`, `user_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `user_words_of_user` ON `user_words` (`user_id`,`word`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text,
	`display_name` text NOT NULL,
	`avatar` text,
	`role` text NOT NULL,
	`locale` text NOT NULL,
	`currency` text NOT NULL,
	`verified_at` integer,
	`mfa_enabled` integer DEFAULT false NOT NULL,
	`suspended_at` integer,
	`deleted_at` integer,
	`anonymised_at` integer,
	`merged_into` text,
	`token_version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "users_role" CHECK("users"."role" IN ('visitor', 'user', 'seller', 'admin', 'super_admin'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
CREATE INDEX `users_deleted` ON `users` (`deleted_at`) WHERE "users"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_by_role` ON `users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `users_active` ON `users` (`id`) WHERE "users"."suspended_at" IS NULL AND "users"."deleted_at" IS NULL AND "users"."merged_into" IS NULL;--> statement-breakpoint
CREATE INDEX `users_suspended` ON `users` (`id`) WHERE "users"."suspended_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_gone` ON `users` (`id`) WHERE "users"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_verified` ON `users` (`id`) WHERE "users"."verified_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_unverified` ON `users` (`id`) WHERE "users"."verified_at" IS NULL;--> statement-breakpoint
CREATE TABLE `job_logs` (
	`job_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`last` integer NOT NULL,
	`attempt` integer NOT NULL,
	`lines` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`job_id`, `sequence`)
);
--> statement-breakpoint
CREATE INDEX `job_logs_at` ON `job_logs` (`at`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`input` text NOT NULL,
	`dedupe_key` text,
	`run_at` integer NOT NULL,
	`attempt` integer NOT NULL,
	`attempts_left` integer NOT NULL,
	`max_attempts` integer NOT NULL,
	`wake_at` integer,
	`progress` integer NOT NULL,
	`lines` integer NOT NULL,
	`result` text,
	`error` text,
	`errors` text NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`updated_at` integer NOT NULL,
	CONSTRAINT "jobs_status" CHECK("jobs"."status" IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	CONSTRAINT "jobs_ended" CHECK(("jobs"."finished_at" IS NULL) = ("jobs"."status" IN ('queued', 'running'))),
	CONSTRAINT "jobs_looked_after" CHECK(("jobs"."wake_at" IS NULL) = ("jobs"."finished_at" IS NOT NULL)),
	CONSTRAINT "jobs_attempts_left" CHECK("jobs"."attempts_left" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_dedupe` ON `jobs` (`owner_id`,`kind`,`dedupe_key`) WHERE "jobs"."dedupe_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_of_owner` ON `jobs` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_of_owner_by_status` ON `jobs` (`owner_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_wake` ON `jobs` (`wake_at`) WHERE "jobs"."wake_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_finished` ON `jobs` (`finished_at`) WHERE "jobs"."finished_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `audit_log` (
	`sequence` integer PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`at` integer NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`target_type` text NOT NULL,
	`target_id` text NOT NULL,
	`detail` text NOT NULL,
	`request_id` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_log_event_id_unique` ON `audit_log` (`event_id`);--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at`);--> statement-breakpoint
CREATE INDEX `audit_log_of_actor` ON `audit_log` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `audit_log_of_action` ON `audit_log` (`action`,`at`);--> statement-breakpoint
CREATE INDEX `audit_log_of_target` ON `audit_log` (`target_id`,`at`);--> statement-breakpoint
CREATE TABLE `flags` (
	`key` text PRIMARY KEY NOT NULL,
	`description` text NOT NULL,
	`type` text NOT NULL,
	`enabled` integer NOT NULL,
	`variants` text NOT NULL,
	`off_variant` text NOT NULL,
	`rules` text NOT NULL,
	`otherwise` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	CONSTRAINT "flags_type" CHECK("flags"."type" IN ('boolean', 'string', 'number', 'json')),
	CONSTRAINT "flags_enabled" CHECK("flags"."enabled" IN (0, 1))
);
--> statement-breakpoint
CREATE TABLE `mailbox` (
	`id` text PRIMARY KEY NOT NULL,
	`headers` text NOT NULL,
	`recipient` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`html` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mailbox_of_recipient` ON `mailbox` (`recipient`,`id`);--> statement-breakpoint
CREATE INDEX `mailbox_created_at` ON `mailbox` (`created_at`);--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`lease_until` integer NOT NULL,
	`transport` text,
	`provider_id` text,
	`error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "mails_status" CHECK("mails"."status" IN ('queued', 'sending', 'sent', 'refused', 'unconfigured'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mails_once` ON `mails` (`event_id`,`kind`);--> statement-breakpoint
CREATE INDEX `mails_updated_at` ON `mails` (`updated_at`);--> statement-breakpoint
CREATE TABLE `failures` (
	`event_id` text NOT NULL,
	`consumer` text NOT NULL,
	`type` text NOT NULL,
	`error` text NOT NULL,
	`attempts` integer NOT NULL,
	`failed_at` integer NOT NULL,
	PRIMARY KEY(`event_id`, `consumer`)
);
--> statement-breakpoint
CREATE INDEX `failures_failed_at` ON `failures` (`failed_at`);--> statement-breakpoint
CREATE TABLE `tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`status` text NOT NULL,
	`assignee_id` text,
	`created_by` text NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`assignee_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "tasks_status" CHECK("tasks"."status" IN ('todo', 'in_progress', 'done'))
);
--> statement-breakpoint
CREATE INDEX `tasks_by_status` ON `tasks` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `tasks_by_assignee` ON `tasks` (`assignee_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `tasks_of_assignee_by_due` ON `tasks` (`assignee_id`,`due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tasks_of_assignee` ON `tasks` (`assignee_id`,`id`);--> statement-breakpoint
CREATE INDEX `tasks_by_due` ON `tasks` (`due_at`,`id`);--> statement-breakpoint
CREATE TABLE `comments` (
	`id` text PRIMARY KEY NOT NULL,
	`document_id` text NOT NULL,
	`thread_id` text,
	`author_id` text NOT NULL,
	`body` text NOT NULL,
	`anchor_from` text,
	`anchor_to` text,
	`mentions` text NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resolved_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "comments_answer_has_no_anchor" CHECK("comments"."thread_id" IS NULL OR "comments"."anchor_from" IS NULL)
);
--> statement-breakpoint
CREATE INDEX `comments_threads` ON `comments` (`document_id`,`id`) WHERE "comments"."thread_id" IS NULL;--> statement-breakpoint
CREATE INDEX `comments_answers` ON `comments` (`thread_id`,`id`) WHERE "comments"."thread_id" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `document_visits` (
	`user_id` text NOT NULL,
	`project_id` text NOT NULL,
	`document_id` text NOT NULL,
	`role` text NOT NULL,
	`epoch` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `project_id`, `document_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `document_visits_of_project` ON `document_visits` (`project_id`,`document_id`);--> statement-breakpoint
CREATE TABLE `documents` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`path` text NOT NULL,
	`language` text NOT NULL,
	`created_by` text NOT NULL,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `documents_path` ON `documents` (`project_id`,`path`) WHERE "documents"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `documents_deleted` ON `documents` (`project_id`,`id`) WHERE "documents"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `activity` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`target_type` text NOT NULL,
	`target_id` text NOT NULL,
	`detail` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `activity_of_project` ON `activity` (`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `project_invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`role` text NOT NULL,
	`email` text,
	`invited_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`accepted_at` integer,
	`accepted_by` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invited_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`accepted_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "project_invitations_role" CHECK("project_invitations"."role" IN ('viewer', 'collaborator', 'owner'))
);
--> statement-breakpoint
CREATE INDEX `project_invitations_open` ON `project_invitations` (`project_id`,`id`) WHERE "project_invitations"."accepted_at" IS NULL AND "project_invitations"."revoked_at" IS NULL;--> statement-breakpoint
CREATE TABLE `project_members` (
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text,
	`epoch` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "project_members_role" CHECK("project_members"."role" IN ('viewer', 'collaborator', 'owner')),
	CONSTRAINT "project_members_epoch" CHECK("project_members"."epoch" > 0)
);
--> statement-breakpoint
CREATE INDEX `project_members_by_user` ON `project_members` (`user_id`,`project_id`);--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`viewers_may_comment` integer NOT NULL,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `projects_deleted` ON `projects` (`deleted_at`) WHERE "projects"."deleted_at" IS NOT NULL;