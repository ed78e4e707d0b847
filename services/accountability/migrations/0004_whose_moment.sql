-- Which part of the school day an incident started in, and why each student was expected there
-- or not (JSON). Accounts from before started with the homerooms.
ALTER TABLE account ADD COLUMN moment bytea NOT NULL DEFAULT '{"kind":"no_schedule"}';
ALTER TABLE student ADD COLUMN why bytea NOT NULL DEFAULT 'null';
