-- Folded from identity's logs, in the commit that appends to them.
CREATE TABLE roles (
    school text NOT NULL,
    person text NOT NULL,
    roles text[] NOT NULL,
    by_hand boolean NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('roles');

CREATE TABLE revoked_sessions (
    school text NOT NULL,
    sid text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (school, sid)
);
SELECT muster_protect('revoked_sessions');

CREATE TABLE revoked_people (
    school text NOT NULL,
    person text NOT NULL,
    before timestamptz NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('revoked_people');

-- The directory: never in events. Its rows have the scope of the installation in `school`.
-- password: an argon2 hash. password_at: of the op that set it, so that an old op sent again
-- never brings an old password back.
CREATE TABLE people (
    school text NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    login text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    password text NOT NULL DEFAULT '',
    password_at timestamptz,
    PRIMARY KEY (school, person)
);
CREATE UNIQUE INDEX people_login ON people (school, login) WHERE login <> '';
SELECT muster_protect('people');

CREATE TABLE issued (
    school text NOT NULL,
    sid text NOT NULL,
    person text NOT NULL,
    expires timestamptz NOT NULL,
    PRIMARY KEY (school, sid)
);
CREATE INDEX issued_expires ON issued (school, expires);
SELECT muster_protect('issued');

-- fingerprint: SHA-256 of the link's code.
CREATE TABLE links (
    school text NOT NULL,
    fingerprint bytea NOT NULL,
    person text NOT NULL,
    expires timestamptz NOT NULL,
    used timestamptz,
    PRIMARY KEY (school, fingerprint)
);
SELECT muster_protect('links');
