-- What a person needs to decide about a held message, and what they decided.
-- mode: '' for rows of before, whose words nobody can say any more. call: schemas.incident's
-- ActionCall. happened: when the event was that asked.
ALTER TABLE held
    ADD COLUMN audience text NOT NULL DEFAULT 'staff',
    ADD COLUMN mode text NOT NULL DEFAULT '',
    ADD COLUMN call jsonb,
    ADD COLUMN happened timestamptz,
    ADD COLUMN sent boolean,
    ADD COLUMN decided_by text,
    ADD COLUMN decided_at timestamptz;
