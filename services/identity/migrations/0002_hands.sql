-- Whose hands were in a person's account, for 30 days (scope: the installation).
CREATE TABLE hands (
    school text NOT NULL,
    person text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, person, by)
);
SELECT muster_protect('hands');

-- claimed: what the roster says beyond what anyone confirmed; claimed_by: who imported it.
-- confirmed: roles that a roster may give again. given_by, given_at: whose hands gave a role that
-- is more than ordinary, and when.
ALTER TABLE roles
    ADD COLUMN claimed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN claimed_by text[] NOT NULL DEFAULT '{}',
    ADD COLUMN confirmed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN given_by text[] NOT NULL DEFAULT '{}',
    ADD COLUMN given_at timestamptz;
