-- The school's own: when its sheets are made each night, and the number that stands on them.
-- made_at: "HH:MM" in the school's zone. A school without a row has the defaults.
CREATE TABLE paper_settings (
    school text PRIMARY KEY,
    made_at text NOT NULL DEFAULT '05:00',
    office_phone text NOT NULL DEFAULT ''
);
SELECT muster_protect('paper_settings');

-- Sets that were printed by themselves. day: the school's own. file: name in the data folder.
CREATE TABLE paper_prints (
    school text NOT NULL,
    day date NOT NULL,
    version bigint NOT NULL,
    printed_at timestamptz NOT NULL,
    file text NOT NULL,
    sheets bigint NOT NULL,
    unprintable bigint NOT NULL,
    PRIMARY KEY (school, day, version)
);
SELECT muster_protect('paper_prints');
