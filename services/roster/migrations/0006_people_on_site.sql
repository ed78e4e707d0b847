-- What the school decided for its front desk. A school without a row has the defaults.
CREATE TABLE site_policies (
    school text NOT NULL,
    keep_days bigint NOT NULL DEFAULT 365,
    check_percent bigint NOT NULL DEFAULT 2,
    PRIMARY KEY (school)
);
SELECT muster_protect('site_policies');

-- An op whose effect is stored: what is not repeatable by nature is done once.
CREATE TABLE site_ops (
    school text NOT NULL,
    actor text NOT NULL,
    op_id text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, actor, op_id)
);
SELECT muster_protect('site_ops');

CREATE TABLE kiosks (
    school text NOT NULL,
    kiosk text NOT NULL,
    name text NOT NULL,
    pin_hash text NOT NULL,
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    tries bigint NOT NULL DEFAULT 0,
    locked_until timestamptz,
    PRIMARY KEY (school, kiosk)
);
SELECT muster_protect('kiosks');

-- since: signed in, or began to wait. sealed: which flagged entries the name resembles; every
-- visit has one, so that its row says nothing. badge: SHA-256 of the badge's code.
CREATE TABLE visits (
    school text NOT NULL,
    visit text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('visitor', 'volunteer', 'contractor')),
    name text NOT NULL,
    reason text NOT NULL,
    host text,
    host_said text NOT NULL,
    organisation text NOT NULL,
    photo text NOT NULL,
    expected_until timestamptz,
    kiosk text NOT NULL,
    kiosk_name text NOT NULL,
    signed_in_by text NOT NULL,
    state text NOT NULL CHECK (state IN ('in', 'waiting', 'turned_away', 'out')),
    since timestamptz NOT NULL,
    left_at timestamptz,
    left_unknown boolean NOT NULL DEFAULT false,
    wait_reason text,
    sealed bytea NOT NULL,
    decided_by text,
    decided_at timestamptz,
    badge bytea NOT NULL,
    PRIMARY KEY (school, visit)
);
CREATE INDEX visits_by_time ON visits (school, since);
CREATE UNIQUE INDEX visits_by_badge ON visits (school, badge);
SELECT muster_protect('visits');

-- Sealed with the school's key. Named by their content: the same picture is stored once.
CREATE TABLE site_photos (
    school text NOT NULL,
    photo text NOT NULL,
    sealed bytea NOT NULL,
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (school, photo)
);
SELECT muster_protect('site_photos');

CREATE TABLE flagged (
    school text NOT NULL,
    entry text NOT NULL,
    sealed bytea NOT NULL,
    starts date,
    ends date,
    photo text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    lifted_by text,
    lifted_at timestamptz,
    PRIMARY KEY (school, entry)
);
SELECT muster_protect('flagged');

CREATE TABLE flagged_reads (
    school text NOT NULL,
    read_id text NOT NULL,
    reader text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, read_id)
);
SELECT muster_protect('flagged_reads');

-- Kept when the visit itself is removed.
CREATE TABLE flagged_decisions (
    school text NOT NULL,
    visit text NOT NULL,
    sealed bytea NOT NULL,
    decision text NOT NULL CHECK (decision IN ('let_in', 'turn_away')),
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (school, visit)
);
SELECT muster_protect('flagged_decisions');

CREATE TABLE substitutes (
    school text NOT NULL,
    substitute text NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    agency text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    teacher text,
    classes text [] NOT NULL,
    room text NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (school, substitute)
);
SELECT muster_protect('substitutes');

-- drawn: the op that issued it; with the installation's key it gives the code again.
CREATE TABLE day_codes (
    school text NOT NULL,
    substitute text NOT NULL,
    day date NOT NULL,
    drawn text NOT NULL,
    hash bytea NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    expires timestamptz NOT NULL,
    issued_by text NOT NULL,
    PRIMARY KEY (school, substitute, day)
);
SELECT muster_protect('day_codes');

-- A room without a row is in its first generation.
CREATE TABLE room_folders (
    school text NOT NULL,
    room text NOT NULL,
    generation bigint NOT NULL,
    PRIMARY KEY (school, room)
);
SELECT muster_protect('room_folders');

CREATE TABLE itinerant_marks (
    school text NOT NULL,
    person text NOT NULL,
    marked_by text NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('itinerant_marks');

-- At each school of the person: whether they said that they are here on that day.
CREATE TABLE school_confirmations (
    school text NOT NULL,
    person text NOT NULL,
    day date NOT NULL,
    here boolean NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (school, person, day)
);
SELECT muster_protect('school_confirmations');
