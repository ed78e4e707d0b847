-- What the school says itself and no import changes: rights, orders, consent, plans, codes.

-- information: to be told about the student. priority: order of calling, 0 unsaid.
-- routine_how, _by, _at: how consent to routine texts was given, who wrote it down; '' unknown.
ALTER TABLE rights ADD COLUMN information boolean NOT NULL DEFAULT false;
ALTER TABLE rights ADD COLUMN priority bigint NOT NULL DEFAULT 0;
ALTER TABLE rights ADD COLUMN relationship text NOT NULL DEFAULT '';
ALTER TABLE rights ADD COLUMN routine_how text NOT NULL DEFAULT '';
ALTER TABLE rights ADD COLUMN routine_by text NOT NULL DEFAULT '';
ALTER TABLE rights ADD COLUMN routine_at timestamptz;

-- Until now one right stood for both. The owner of a table passes its policies only while they
-- are not forced; within this transaction nobody else sees that.
ALTER TABLE rights NO FORCE ROW LEVEL SECURITY;
UPDATE rights SET information = message;
ALTER TABLE rights FORCE ROW LEVEL SECURITY;

-- No contact. sealed: the reference to the order. begins, ends: first and last day.
-- revision: raised by every change. told: what the log last said of it, in force or not.
CREATE TABLE apart (
    school text NOT NULL,
    guardian text NOT NULL,
    student text NOT NULL,
    sealed bytea NOT NULL,
    begins date,
    ends date,
    revision bigint NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL,
    told boolean NOT NULL,
    PRIMARY KEY (school, guardian, student)
);
SELECT muster_protect('apart');

-- sealed: the reason. revision: of the order that it would end.
CREATE TABLE lift_proposals (
    school text NOT NULL,
    id text NOT NULL,
    guardian text NOT NULL,
    student text NOT NULL,
    revision bigint NOT NULL,
    proposed_by text NOT NULL,
    expires timestamptz NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('lift_proposals');

CREATE TABLE speaks (
    school text NOT NULL,
    person text NOT NULL,
    speaks text NOT NULL,
    interpreter text NOT NULL CHECK (interpreter IN ('none', 'language', 'asl')),
    PRIMARY KEY (school, person)
);
SELECT muster_protect('speaks');

-- active false: a placement that ended; its history stays.
CREATE TABLE own_guardians (
    school text NOT NULL,
    person text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    caseworker text NOT NULL,
    badge text NOT NULL,
    call_back text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('own_guardians');

CREATE TABLE own_links (
    school text NOT NULL,
    guardian text NOT NULL,
    student text NOT NULL,
    PRIMARY KEY (school, guardian, student)
);
SELECT muster_protect('own_links');

-- sealed: every free text of the plan.
CREATE TABLE assistance_plans (
    school text NOT NULL,
    student text NOT NULL,
    helper text,
    backup text,
    sealed bytea NOT NULL,
    PRIMARY KEY (school, student)
);
SELECT muster_protect('assistance_plans');

CREATE TABLE guardian_devices (
    school text NOT NULL,
    id text NOT NULL,
    person text NOT NULL,
    label text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('sms', 'email')),
    address text NOT NULL,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('guardian_devices');

-- selector: the code's first group, which finds it; digest: keyed hash of the whole code.
CREATE TABLE family_codes (
    school text NOT NULL,
    id text NOT NULL,
    selector text NOT NULL,
    digest bytea NOT NULL,
    guardian text NOT NULL,
    students text [] NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamptz NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('open', 'locked', 'revoked')),
    PRIMARY KEY (school, id),
    UNIQUE (school, selector)
);
SELECT muster_protect('family_codes');

-- Every change, once for each op. sealed: was, now and reason. second: who approved.
-- line: their order at a school, where one sitting follows another.
CREATE TABLE own_changes (
    school text NOT NULL,
    line bigint GENERATED ALWAYS AS IDENTITY,
    actor text NOT NULL,
    op_id text NOT NULL,
    n bigint NOT NULL,
    at timestamptz NOT NULL,
    fact text NOT NULL,
    person text NOT NULL,
    student text,
    second text,
    fields text [] NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (school, actor, op_id, n)
);
SELECT muster_protect('own_changes');
CREATE INDEX own_changes_of_person ON own_changes (school, person, line);
CREATE INDEX own_changes_of_student ON own_changes (school, student, line);

-- Who read custody facts or a plan of whom.
CREATE TABLE custody_reads (
    school text NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL,
    reader text NOT NULL,
    what text NOT NULL,
    PRIMARY KEY (school, subject, at, reader, what)
);
SELECT muster_protect('custody_reads');

-- Uploaded files between check and apply. sealed: the bytes.
CREATE TABLE rights_imports (
    school text NOT NULL,
    id text NOT NULL,
    staged_by text NOT NULL,
    staged_at timestamptz NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('rights_imports');
