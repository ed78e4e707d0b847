-- The school day: what the school says itself, which no import touches.

-- periods: codes of the bell schedule as classes.csv gives them, apart by spaces; the only one of
-- these that an import fills.
ALTER TABLE classes ADD COLUMN periods text NOT NULL DEFAULT '';

-- periods: JSON of the schedule's lines.
CREATE TABLE bell_schedules (
    school text NOT NULL,
    name text NOT NULL,
    periods bytea NOT NULL,
    PRIMARY KEY (school, name)
);
SELECT muster_protect('bell_schedules');

-- facts: JSON of the calendar: week, school year, rotation.
CREATE TABLE calendars (
    school text PRIMARY KEY,
    facts bytea NOT NULL
);
SELECT muster_protect('calendars');

-- Dates unlike their week. schedule '': no school.
CREATE TABLE calendar_days (
    school text NOT NULL,
    date text NOT NULL,
    schedule text NOT NULL,
    label text NOT NULL,
    letter text NOT NULL,
    PRIMARY KEY (school, date)
);
SELECT muster_protect('calendar_days');

CREATE TABLE room_facts (
    school text NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    floor text NOT NULL,
    capacity bigint NOT NULL,
    aliases text [] NOT NULL,
    supervised_by text NOT NULL,
    PRIMARY KEY (school, name)
);
SELECT muster_protect('room_facts');

-- Every mark ever made; what holds is decided when it is read. date: the school's own.
CREATE TABLE attendance (
    school text NOT NULL,
    date text NOT NULL,
    id text NOT NULL,
    student text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('present', 'absent', 'late', 'left_early')),
    at timestamptz NOT NULL,
    period text NOT NULL,
    note text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn_by text NOT NULL DEFAULT '',
    PRIMARY KEY (school, date, id)
);
CREATE INDEX attendance_by_id ON attendance (school, id);
SELECT muster_protect('attendance');

-- facts: JSON of the group. last: the school's date after which it is over. op: the last command,
-- and before: what held before it (NULL: nothing), so that the same command told again says the same.
CREATE TABLE day_groups (
    school text NOT NULL,
    id text NOT NULL,
    last text NOT NULL,
    facts bytea NOT NULL,
    removed boolean NOT NULL DEFAULT false,
    op text NOT NULL,
    before bytea,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('day_groups');

-- Rises with each change of any of the above: readers keep what they read until it does.
CREATE TABLE day_stamps (
    school text PRIMARY KEY,
    stamp bigint NOT NULL
);
SELECT muster_protect('day_stamps');

-- Schools on one ground: no personal data, read across schools, outside row-level security.
CREATE TABLE campuses (
    school text PRIMARY KEY,
    name text NOT NULL
);
CREATE INDEX campuses_by_name ON campuses (name);
