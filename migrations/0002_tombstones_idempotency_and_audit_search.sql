-- Events say since now which trace they are of; those recorded before are of none.
UPDATE "audit_events" SET "event" = "event" || '{"traceId": null}' WHERE "event" ->> 'kind' IN ('exchange', 'change');
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"principal" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"status" integer,
	"body" json,
	CONSTRAINT "idempotency_keys_principal_key_pk" PRIMARY KEY("principal","key")
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"kind" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"identity_system" text COLLATE "C",
	"identity_domain" text COLLATE "C",
	"deleted_at" timestamp (3) with time zone NOT NULL,
	"deleted_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL,
	CONSTRAINT "tombstones_kind_name_pk" PRIMARY KEY("kind","name")
);
--> statement-breakpoint
-- One statement, since each rewrites the table.
ALTER TABLE "audit_events"
	ADD COLUMN "kind" text GENERATED ALWAYS AS (event ->> 'kind') STORED,
	ADD COLUMN "outcome" text GENERATED ALWAYS AS (event ->> 'outcome') STORED,
	ADD COLUMN "reason" text GENERATED ALWAYS AS (event ->> 'reason') STORED,
	ADD COLUMN "credential_sha256" text GENERATED ALWAYS AS (event #>> '{credential,sha256}') STORED;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "audit_events_credential_sha256" ON "audit_events" USING hash ("credential_sha256");--> statement-breakpoint
CREATE INDEX "audit_events_kind" ON "audit_events" USING btree ("kind","id") WHERE "audit_events"."kind" <> 'exchange';--> statement-breakpoint
CREATE INDEX "audit_events_reason" ON "audit_events" USING btree ("reason","id") WHERE "audit_events"."reason" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_events_refused" ON "audit_events" USING btree ("id") WHERE "audit_events"."outcome" = 'refused';