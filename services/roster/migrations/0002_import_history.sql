-- Organisations as the packages name them: what a delta may refer to. No personal data.
-- school: the id that it has as a school. active: in the last package that spoke of it.
CREATE TABLE orgs (
    source_id text PRIMARY KEY,
    school text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    parent text NOT NULL,
    active boolean NOT NULL
);
INSERT INTO orgs (source_id, school, name, type, parent, active)
SELECT source_id, school, name, 'school', '', true FROM schools;

-- listed: the person's row is in the source, active or not at this school.
-- memberships: [[organisation, role, id of its row in roles.csv or ""], …] as the source has them.
-- agents: people whom the person's own row names.
-- birth_date: for checking who someone is; it is in no snapshot.
-- The school "elsewhere" keeps people whom the source puts at no school: a delta may.
ALTER TABLE people
ADD COLUMN listed boolean NOT NULL DEFAULT true,
ADD COLUMN memberships jsonb NOT NULL DEFAULT '[]',
ADD COLUMN agents text [] NOT NULL DEFAULT '{}',
ADD COLUMN birth_date date;

-- ends: ISO date, exclusive, or "".
ALTER TABLE enrollments
ADD COLUMN source_id text NOT NULL DEFAULT '',
ADD COLUMN ends text NOT NULL DEFAULT '';

-- Enrollments of the source that do not count now: ended, of a person or class that is not
-- there, or the same seat under a second id.
CREATE TABLE enrollments_aside (
    school text NOT NULL,
    class_id text NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    source_id text NOT NULL,
    ends text NOT NULL,
    PRIMARY KEY (school, class_id, person, role, source_id)
);
SELECT muster_protect('enrollments_aside');

-- What an import changed at a school, so that it can be taken back: rows as they were, and keys
-- of rows that came. place: "*" when the school was empty before.
CREATE TABLE import_changes (
    school text NOT NULL,
    import_id text NOT NULL,
    step bigint GENERATED ALWAYS AS IDENTITY,
    place text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    PRIMARY KEY (school, import_id, step)
);
SELECT muster_protect('import_changes');

-- The history. number: order in which imports were applied, 0 before. facts: JSON of the rest.
-- More states than before, none fewer.
-- squawk-ignore ban-drop-constraint
ALTER TABLE imports DROP CONSTRAINT imports_state_check;
ALTER TABLE imports
ADD COLUMN number bigint NOT NULL DEFAULT 0,
ADD COLUMN sha256 text NOT NULL DEFAULT '',
ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD CONSTRAINT imports_state_check CHECK (
    state IN ('checking', 'staged', 'waiting', 'applied', 'undone', 'refused', 'expired')
) NOT VALID;
CREATE INDEX imports_by_time ON imports (created_at DESC);

-- A district writes eighty snapshots at once; lz4 packs them several times faster.
DO $$
BEGIN
    IF 'lz4' = ANY (
        (SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression')::text []
    ) THEN
        ALTER TABLE snapshots ALTER COLUMN students SET COMPRESSION lz4;
        ALTER TABLE import_changes ALTER COLUMN before SET COMPRESSION lz4;
        ALTER TABLE import_changes ALTER COLUMN after SET COMPRESSION lz4;
    END IF;
END
$$;

-- Runs after every statement of an import on a table that undo brings back.
CREATE FUNCTION remember_import_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    import text := nullif(current_setting('muster.import', true), '');
    old_rows jsonb := '[]';
    new_keys jsonb := '[]';
BEGIN
    IF import IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT coalesce(jsonb_agg(to_jsonb(o)), '[]') INTO old_rows FROM rows_before o;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT coalesce(jsonb_agg(
            CASE TG_TABLE_NAME
                WHEN 'people' THEN jsonb_build_object('person', k ->> 'person')
                WHEN 'classes' THEN jsonb_build_object('class_id', k ->> 'class_id')
                WHEN 'orgs' THEN jsonb_build_object('source_id', k ->> 'source_id')
                ELSE k
            END), '[]') INTO new_keys
        FROM rows_after r, LATERAL to_jsonb(r) k;
    END IF;
    IF old_rows <> '[]' OR new_keys <> '[]' THEN
        INSERT INTO import_changes (school, import_id, place, before, after)
        VALUES (
            current_setting('muster.school'), import, TG_TABLE_NAME, old_rows, new_keys
        );
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    place text;
    one record;
BEGIN
    FOREACH place IN ARRAY ARRAY[
        'orgs', 'people', 'classes', 'enrollments', 'enrollments_aside', 'links'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER remember_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS rows_after'
            ' FOR EACH STATEMENT EXECUTE FUNCTION remember_import_change()', place);
        EXECUTE format(
            'CREATE TRIGGER remember_update AFTER UPDATE ON %I'
            ' REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after'
            ' FOR EACH STATEMENT EXECUTE FUNCTION remember_import_change()', place);
        EXECUTE format(
            'CREATE TRIGGER remember_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS rows_before'
            ' FOR EACH STATEMENT EXECUTE FUNCTION remember_import_change()', place);
    END LOOP;

    -- What the rosters that hold already say of their source.
    FOR one IN SELECT school, source_id FROM schools LOOP
        PERFORM set_config('muster.school', one.school, true);
        UPDATE people p SET
            listed = p.active,
            memberships = (
                SELECT coalesce(jsonb_agg(jsonb_build_array(m.org, m.role, '')), '[]')
                FROM (
                    SELECT one.source_id AS org, 'student' AS role WHERE p.student
                    UNION ALL SELECT one.source_id, r FROM unnest(p.roles) AS r
                    UNION ALL SELECT '', 'guardian' WHERE p.guardian
                ) m
            ),
            agents = coalesce(
                (
                    SELECT array_agg(k.student ORDER BY k.student) FROM links k
                    WHERE k.school = p.school AND k.guardian = p.person
                ),
                '{}'
            );
    END LOOP;
    PERFORM set_config('muster.school', '', true);
END
$$;
