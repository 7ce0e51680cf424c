ALTER TABLE "clusters" ALTER COLUMN "spec" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "identity_systems" ALTER COLUMN "spec" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "mapping_rules" ALTER COLUMN "spec" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "revocations" ALTER COLUMN "spec" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "targets" ALTER COLUMN "spec" SET DATA TYPE json;