-- A counter is taken back by the person whose device drew it. Rows from before name nobody.
-- The table holds a few rows an incident: its locks last no longer than the statements.
ALTER TABLE withdrawn ADD COLUMN observer text NOT NULL DEFAULT '';
-- squawk-ignore ban-drop-constraint
ALTER TABLE withdrawn DROP CONSTRAINT withdrawn_pkey;
-- squawk-ignore adding-serial-primary-key-field, constraint-missing-not-valid
ALTER TABLE withdrawn ADD PRIMARY KEY (school, incident, observer, device, n);
