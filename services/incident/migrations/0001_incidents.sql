-- The state of each school's incidents, folded from its log in the commit that appends to it.
-- body: an Incident of schemas/incident.py, JSON.
CREATE TABLE incidents (
    school text NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    mode text NOT NULL CHECK (mode IN ('live', 'drill', 'exercise')),
    started timestamptz NOT NULL,
    closed timestamptz,
    body bytea NOT NULL,
    PRIMARY KEY (school, id),
    UNIQUE (school, number)
);
SELECT muster_protect('incidents');

-- One open incident a school, whatever a bug in the service tries.
CREATE UNIQUE INDEX incidents_one_open ON incidents (school) WHERE closed IS NULL;
