-- The epoch before the first change. Its id is random in every database, so that no two are taken for each other.
INSERT INTO "epoch" ("number", "id") VALUES (0, gen_random_uuid());
