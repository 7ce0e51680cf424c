-- The logins of the broker, made by a superuser once. Each has a password and nothing else of its own: what it may do it
-- may as a member of a role, and `symbolon migrate` gives the roles their rights.

\getenv owner_password OWNER_PASSWORD
\getenv gateway_password GATEWAY_PASSWORD
\getenv admin_password ADMIN_PASSWORD

CREATE ROLE symbolon_gateway NOLOGIN;
CREATE ROLE symbolon_admin NOLOGIN;

-- Owns the schema. Used by `symbolon migrate` alone, and by nothing that serves.
CREATE ROLE owner LOGIN PASSWORD :'owner_password';
ALTER DATABASE symbolon OWNER TO owner;

CREATE ROLE gateway LOGIN PASSWORD :'gateway_password' IN ROLE symbolon_gateway;
CREATE ROLE admin LOGIN PASSWORD :'admin_password' IN ROLE symbolon_admin;

-- Nobody else gets in.
REVOKE ALL ON DATABASE symbolon FROM PUBLIC;
GRANT CONNECT ON DATABASE symbolon TO symbolon_gateway, symbolon_admin;
