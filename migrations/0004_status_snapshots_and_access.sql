CREATE TABLE "admin_access" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"break_glass_sha256" text NOT NULL,
	"break_glass_expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "admin_access_is_one_row" CHECK ("admin_access"."is_only")
);
--> statement-breakpoint
CREATE TABLE "cluster_status" (
	"cluster" text COLLATE "C" NOT NULL,
	"replica" text COLLATE "C" NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	"status" json NOT NULL,
	CONSTRAINT "cluster_status_cluster_replica_pk" PRIMARY KEY("cluster","replica")
);
--> statement-breakpoint
CREATE TABLE "key_encryption_check" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"fingerprint" text NOT NULL,
	"check_value" text NOT NULL,
	CONSTRAINT "key_encryption_check_is_one_row" CHECK ("key_encryption_check"."is_only")
);
--> statement-breakpoint
CREATE TABLE "key_snapshots" (
	"cluster" text COLLATE "C" PRIMARY KEY NOT NULL,
	"revision" text NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"published" json NOT NULL
);
