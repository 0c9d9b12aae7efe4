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
CREATE INDEX `idempotency_keys_created_at` ON `idempotency_keys` (`created_at`);