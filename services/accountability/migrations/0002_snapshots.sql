-- The roster as last heard, so that accounting needs no other service once it was heard.
CREATE TABLE snapshot (
    school text NOT NULL,
    version bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (school, version)
);
SELECT muster_protect('snapshot');
