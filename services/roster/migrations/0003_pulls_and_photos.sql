-- Student systems that are read over OneRoster REST. No personal data: outside row-level
-- security, as one source may serve several schools.
-- secret: encrypted with a key of this installation. since: changes until then are applied.
-- started_at later than the end of `last`: that pull was cut off. failures: in a row.
CREATE TABLE pull_sources (
    source text PRIMARY KEY,
    name text NOT NULL,
    base_url text NOT NULL,
    token_url text NOT NULL,
    client_id text NOT NULL,
    secret text NOT NULL,
    scopes text [] NOT NULL,
    version text NOT NULL CHECK (version IN ('1.1', '1.2')),
    schools text [] NOT NULL,
    hour bigint,
    every_hours bigint,
    apply boolean NOT NULL,
    changes_only boolean NOT NULL,
    created_at timestamptz NOT NULL,
    asked_op text NOT NULL DEFAULT '',
    started_at timestamptz,
    failures bigint NOT NULL DEFAULT 0,
    since timestamptz,
    full_at timestamptz,
    last bytea,
    CHECK ((hour IS NULL) <> (every_hours IS NULL))
);

-- A JPEG of at most 320 × 400 without metadata.
CREATE TABLE photos (
    school text NOT NULL,
    person text NOT NULL,
    image bytea NOT NULL,
    sha256 text NOT NULL,
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (school, person)
);
SELECT muster_protect('photos');

-- Zips of photos: what the office was shown (JSON); the file waits in the data folder.
CREATE TABLE photo_uploads (
    school text NOT NULL,
    id text NOT NULL,
    staged bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (school, id)
);
SELECT muster_protect('photo_uploads');
