-- What was drafted, approved, alerted and held, and the ledger of jobs.

-- statement: the whole of schemas.notifier.Statement.
CREATE TABLE statements (
    school text NOT NULL,
    id text NOT NULL,
    incident text NOT NULL,
    version bigint NOT NULL,
    statement jsonb NOT NULL,
    PRIMARY KEY (school, id),
    UNIQUE (school, incident, version)
);
SELECT muster_protect('statements');

CREATE TABLE alerts (
    school text NOT NULL,
    cause text NOT NULL,
    incident text NOT NULL,
    audience text NOT NULL,
    template text NOT NULL,
    people bigint NOT NULL,
    jobs bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, cause)
);
SELECT muster_protect('alerts');

CREATE TABLE held (
    school text NOT NULL,
    cause text NOT NULL,
    incident text NOT NULL,
    template text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, cause)
);
SELECT muster_protect('held');

-- The words of a cause, once a language; its jobs refer to them.
CREATE TABLE messages (
    school text NOT NULL,
    cause text NOT NULL,
    audience text NOT NULL,
    emergency boolean NOT NULL,
    texts jsonb NOT NULL,
    PRIMARY KEY (school, cause)
);
SELECT muster_protect('messages');

-- One message to one person on one channel, unique for ever. address never leaves this table.
-- holder: the process that sends it.
CREATE TABLE jobs (
    school text NOT NULL,
    id uuid NOT NULL,
    cause text NOT NULL,
    incident text NOT NULL,
    mode text NOT NULL,
    person text NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    language text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    tried bigint NOT NULL DEFAULT 0,
    holder text,
    made timestamptz NOT NULL,
    changed timestamptz NOT NULL,
    PRIMARY KEY (school, id),
    UNIQUE (school, cause, person, channel),
    FOREIGN KEY (school, cause) REFERENCES messages,
    CHECK (state IN ('queued', 'sending', 'accepted', 'failed', 'unknown')),
    CHECK (mode IN ('live', 'drill', 'exercise')),
    CHECK (channel IN ('email', 'sms', 'service'))
);
SELECT muster_protect('jobs');
CREATE INDEX jobs_open ON jobs (school) WHERE state IN ('queued', 'sending');

CREATE TABLE attempts (
    school text NOT NULL,
    job uuid NOT NULL,
    n bigint NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (school, job, n)
);
SELECT muster_protect('attempts');

-- The roster's last answer, so that a first alert after a restart needs no other service.
CREATE TABLE audiences (
    school text NOT NULL,
    version bigint NOT NULL,
    audience jsonb NOT NULL,
    PRIMARY KEY (school)
);
SELECT muster_protect('audiences');

-- url: may hold a token; shown to nobody.
CREATE TABLE services (
    school text NOT NULL,
    id text NOT NULL,
    url text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('services');
