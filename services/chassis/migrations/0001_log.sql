-- The log of one owner and what keeps it single, gap-free and answerable.
-- tenure and heads hold no personal data and stand outside row-level security.

CREATE FUNCTION muster_protect(target regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    -- After a transaction the setting is '' instead of unset: neither is a school.
    EXECUTE format(
        'CREATE POLICY one_school ON %s'
        ' USING (school = nullif(current_setting(''muster.school'', true), ''''))',
        target
    );
END
$$;

CREATE TABLE tenure (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch bigint NOT NULL,
    lineage text NOT NULL
);
INSERT INTO tenure (epoch, lineage) VALUES (0, gen_random_uuid()::text);

CREATE TABLE heads (
    school text PRIMARY KEY,
    pos bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT ''
);

-- prev: hash of the row before. hash: SHA-256 of prev and wire.
CREATE TABLE events (
    school text NOT NULL,
    pos bigint NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    incident text,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL,
    wire bytea NOT NULL,
    PRIMARY KEY (school, pos),
    UNIQUE (school, id),
    CHECK (pos > 0 AND (seq > 0) = (incident IS NOT NULL))
);
CREATE UNIQUE INDEX events_by_incident ON events (school, incident, seq)
WHERE incident IS NOT NULL;
SELECT muster_protect('events');

-- body: SHA-256 of the command. reply: the answer as it is repeated, JSON.
CREATE TABLE ops (
    school text NOT NULL,
    actor text NOT NULL,
    op_id text NOT NULL,
    incident text,
    at timestamptz NOT NULL,
    body bytea NOT NULL,
    reply bytea NOT NULL,
    PRIMARY KEY (school, actor, op_id)
);
SELECT muster_protect('ops');

CREATE TABLE cursors (
    school text NOT NULL,
    owner text NOT NULL,
    pos bigint NOT NULL,
    PRIMARY KEY (school, owner)
);
SELECT muster_protect('cursors');

CREATE TABLE dead_letters (
    school text NOT NULL,
    owner text NOT NULL,
    pos bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    wire bytea NOT NULL,
    PRIMARY KEY (school, owner, pos)
);
SELECT muster_protect('dead_letters');

-- pos: the last event that the durable lane acknowledged.
CREATE TABLE relay (
    school text PRIMARY KEY,
    pos bigint NOT NULL
);
SELECT muster_protect('relay');

-- What the service's role may not do, whatever a bug in it tries.
DO $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON events FROM %I', 'muster_' || current_schema());
END
$$;

-- One transaction of the owner at one school: refuses an owner whose tenure has passed, holds
-- off the next owner, and takes the school's log. Raises MU001 (deposed), MU002 (head moved).
CREATE FUNCTION muster_take_log(my_epoch bigint, my_school text, my_pos bigint, my_hash bytea)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tenure WHERE epoch = my_epoch FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another instance owns this log' USING ERRCODE = 'MU001';
    END IF;
    PERFORM set_config('muster.school', my_school, true);
    PERFORM FROM heads WHERE school = my_school AND pos = my_pos AND hash = my_hash FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the log is not where this instance left it' USING ERRCODE = 'MU002';
    END IF;
END
$$;

-- A batch of one school, in one round trip: take the log, then events, answers, cursors, head.
CREATE FUNCTION muster_append(
    my_epoch bigint, my_school text, from_pos bigint, from_hash bytea,
    e_pos bigint [], e_id text [], e_type text [], e_incident text [], e_seq bigint [],
    e_at timestamptz [], e_prev bytea [], e_hash bytea [], e_wire bytea [],
    o_actor text [], o_op_id text [], o_incident text [], o_at timestamptz [],
    o_body bytea [], o_reply bytea [],
    c_owner text [], c_pos bigint [],
    to_pos bigint, to_hash bytea
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM muster_take_log(my_epoch, my_school, from_pos, from_hash);
    IF cardinality(e_pos) > 0 THEN
        INSERT INTO events (school, pos, id, type, incident, seq, at, prev, hash, wire)
        SELECT my_school, e.pos, e.id::uuid, e.type, e.incident, e.seq, e.at, e.prev, e.hash, e.wire
        FROM unnest(e_pos, e_id, e_type, e_incident, e_seq, e_at, e_prev, e_hash, e_wire)
            AS e (pos, id, type, incident, seq, at, prev, hash, wire);
        UPDATE heads SET pos = to_pos, hash = to_hash WHERE school = my_school;
    END IF;
    INSERT INTO ops (school, actor, op_id, incident, at, body, reply)
    SELECT my_school, o.*
    FROM unnest(o_actor, o_op_id, o_incident, o_at, o_body, o_reply) AS o;
    IF cardinality(c_owner) > 0 THEN
        INSERT INTO cursors AS mine (school, owner, pos)
        SELECT my_school, c.* FROM unnest(c_owner, c_pos) AS c
        ON CONFLICT (school, owner) DO UPDATE SET pos = greatest(mine.pos, excluded.pos);
    END IF;
END
$$;
