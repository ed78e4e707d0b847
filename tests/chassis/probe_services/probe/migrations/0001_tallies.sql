-- State of the tests' own owner: one number a school.
CREATE TABLE tallies (
    school text PRIMARY KEY,
    total bigint NOT NULL
);
SELECT muster_protect('tallies');
