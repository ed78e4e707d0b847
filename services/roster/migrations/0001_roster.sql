-- Schools and imports hold no personal data and stand outside row-level security.
-- version: of the roster that holds, 0 before the first import.
CREATE TABLE schools (
    school text PRIMARY KEY,
    source_id text NOT NULL,
    name text NOT NULL,
    zone text NOT NULL DEFAULT 'America/New_York',
    address text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 0
);

-- staged: what the office was shown (JSON). package: name of the file in the data folder.
CREATE TABLE imports (
    id text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('staged', 'applied')),
    staged bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- Everyone ever seen at a school. active: in the last import. roles: staff roles, sorted.
CREATE TABLE people (
    school text NOT NULL,
    person text NOT NULL,
    source_id text NOT NULL,
    given text NOT NULL,
    family text NOT NULL,
    preferred text NOT NULL,
    email text NOT NULL,
    sms text NOT NULL,
    phone text NOT NULL,
    identifier text NOT NULL,
    grade text NOT NULL,
    student boolean NOT NULL,
    guardian boolean NOT NULL,
    roles text [] NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('people');

CREATE TABLE classes (
    school text NOT NULL,
    class_id text NOT NULL,
    source_id text NOT NULL,
    title text NOT NULL,
    type text NOT NULL CHECK (type IN ('homeroom', 'scheduled')),
    room text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (school, class_id)
);
SELECT muster_protect('classes');

CREATE TABLE enrollments (
    school text NOT NULL,
    class_id text NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (school, class_id, person, role)
);
SELECT muster_protect('enrollments');

CREATE TABLE links (
    school text NOT NULL,
    guardian text NOT NULL,
    student text NOT NULL,
    PRIMARY KEY (school, guardian, student)
);
SELECT muster_protect('links');

-- The school's own: an import adds rows for new links and never changes one.
CREATE TABLE rights (
    school text NOT NULL,
    guardian text NOT NULL,
    student text NOT NULL,
    message boolean NOT NULL,
    routine boolean NOT NULL,
    pick_up boolean NOT NULL DEFAULT false,
    PRIMARY KEY (school, guardian, student)
);
SELECT muster_protect('rights');

CREATE TABLE languages (
    school text NOT NULL,
    person text NOT NULL,
    language text NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('languages');

-- What incidents pin: each version as it was, JSON arrays.
CREATE TABLE snapshots (
    school text NOT NULL,
    version bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    classes bytea NOT NULL,
    students bytea NOT NULL,
    staff bytea NOT NULL,
    PRIMARY KEY (school, version)
);
SELECT muster_protect('snapshots');

CREATE TABLE open_incidents (
    school text NOT NULL,
    incident text NOT NULL,
    PRIMARY KEY (school, incident)
);
SELECT muster_protect('open_incidents');

-- The last version that the log tells of; behind schools.version after a crash in between.
CREATE TABLE announced (
    school text PRIMARY KEY,
    version bigint NOT NULL
);
SELECT muster_protect('announced');
