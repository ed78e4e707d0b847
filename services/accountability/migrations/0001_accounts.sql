-- One row an incident: what its accounting stands at. opened_pos orders a school's incidents.
CREATE TABLE account (
    school text NOT NULL,
    incident text NOT NULL,
    mode text NOT NULL,
    roster_version bigint NOT NULL,
    seq bigint NOT NULL,
    open boolean NOT NULL,
    opened_pos bigint NOT NULL,
    PRIMARY KEY (school, incident)
);
SELECT muster_protect('account');

-- One row an expected student: what shows, and everything that was said (JSON, newest last).
CREATE TABLE student (
    school text NOT NULL,
    incident text NOT NULL,
    student text NOT NULL,
    class_id text,
    state text NOT NULL,
    seq bigint NOT NULL,
    contradicted boolean NOT NULL,
    observations bytea NOT NULL,
    PRIMARY KEY (school, incident, student)
);
SELECT muster_protect('student');

-- (device, n) whose observations were taken back, or will be when they arrive.
CREATE TABLE withdrawn (
    school text NOT NULL,
    incident text NOT NULL,
    device text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (school, incident, device, n)
);
SELECT muster_protect('withdrawn');

-- When somebody last spoke of a class.
CREATE TABLE last_word (
    school text NOT NULL,
    incident text NOT NULL,
    class_id text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (school, incident, class_id)
);
SELECT muster_protect('last_word');
