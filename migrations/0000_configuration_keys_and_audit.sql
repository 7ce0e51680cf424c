CREATE TABLE "audit_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event" jsonb NOT NULL,
	"at" timestamp (3) with time zone GENERATED ALWAYS AS (to_timestamp((event ->> 'atMs')::double precision / 1000)) STORED NOT NULL,
	"request_id" text GENERATED ALWAYS AS (event ->> 'requestId') STORED,
	"principal" text GENERATED ALWAYS AS (left(event ->> 'principal', 255)) STORED,
	"cluster" text GENERATED ALWAYS AS (left(coalesce(event #>> '{workload,cluster}', event ->> 'cluster', CASE event #>> '{object,kind}' WHEN 'Cluster' THEN event #>> '{object,name}' END), 63)) STORED,
	"namespace" text GENERATED ALWAYS AS (left(event #>> '{workload,namespace}', 63)) STORED,
	"service_account" text GENERATED ALWAYS AS (left(event #>> '{workload,serviceAccount}', 253)) STORED,
	"identity_system" text GENERATED ALWAYS AS (left(coalesce(event ->> 'identitySystem', event #>> '{object,identitySystem}', CASE event #>> '{object,kind}' WHEN 'IdentitySystem' THEN event #>> '{object,name}' END), 63)) STORED,
	"source_jti" text GENERATED ALWAYS AS (event #>> '{workload,sourceJti}') STORED,
	"credential_jti" text GENERATED ALWAYS AS (event #>> '{credential,jti}') STORED
);
--> statement-breakpoint
CREATE TABLE "cluster_credentials" (
	"cluster" text COLLATE "C" PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clusters" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"spec" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "epoch" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"number" bigint NOT NULL,
	"id" text NOT NULL,
	CONSTRAINT "epoch_is_one_row" CHECK ("epoch"."is_only")
);
--> statement-breakpoint
CREATE TABLE "identity_systems" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"spec" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mapping_rules" (
	"identity_system" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"spec" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL,
	CONSTRAINT "mapping_rules_identity_system_name_pk" PRIMARY KEY("identity_system","name")
);
--> statement-breakpoint
CREATE TABLE "policy_log" (
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"identity_system" text,
	"name" text NOT NULL,
	"operation" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policy_log_epoch_number_position_pk" PRIMARY KEY("epoch_number","position")
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"spec" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealed_key_pairs" (
	"purpose" text PRIMARY KEY NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"sealed_private_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text COLLATE "C" PRIMARY KEY NOT NULL,
	"algorithm" text NOT NULL,
	"state" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"sealed_private_key" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone,
	"activated_at" timestamp (3) with time zone,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "target_audiences" (
	"audience" text COLLATE "C" PRIMARY KEY NOT NULL,
	"identity_system" text COLLATE "C" NOT NULL,
	"target" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"identity_system" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"spec" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"epoch_number" bigint NOT NULL,
	"epoch_id" text NOT NULL,
	CONSTRAINT "targets_identity_system_name_pk" PRIMARY KEY("identity_system","name")
);
--> statement-breakpoint
ALTER TABLE "cluster_credentials" ADD CONSTRAINT "cluster_credentials_cluster_clusters_name_fk" FOREIGN KEY ("cluster") REFERENCES "public"."clusters"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mapping_rules" ADD CONSTRAINT "mapping_rules_identity_system" FOREIGN KEY ("identity_system") REFERENCES "public"."identity_systems"("name") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_audiences" ADD CONSTRAINT "target_audiences_owner" FOREIGN KEY ("identity_system","target") REFERENCES "public"."targets"("identity_system","name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_identity_system" FOREIGN KEY ("identity_system") REFERENCES "public"."identity_systems"("name") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING brin ("at");--> statement-breakpoint
CREATE INDEX "audit_events_request_id" ON "audit_events" USING hash ("request_id");--> statement-breakpoint
CREATE INDEX "audit_events_source_jti" ON "audit_events" USING hash ("source_jti");--> statement-breakpoint
CREATE INDEX "audit_events_credential_jti" ON "audit_events" USING hash ("credential_jti");--> statement-breakpoint
CREATE INDEX "audit_events_identity_system" ON "audit_events" USING btree ("identity_system","id");--> statement-breakpoint
CREATE INDEX "audit_events_workload" ON "audit_events" USING btree ("cluster","namespace","service_account","id");--> statement-breakpoint
CREATE INDEX "audit_events_principal" ON "audit_events" USING btree ("principal","id") WHERE "audit_events"."principal" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "policy_log_at" ON "policy_log" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_one_current" ON "signing_keys" USING btree ("algorithm") WHERE "signing_keys"."state" = 'current';--> statement-breakpoint
CREATE INDEX "target_audiences_by_owner" ON "target_audiences" USING btree ("identity_system","target");