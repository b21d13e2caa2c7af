CREATE TABLE tally (
  kind text PRIMARY KEY,
  times bigint NOT NULL DEFAULT 0 CHECK (times < 1000000),
  last_position bigint
);
