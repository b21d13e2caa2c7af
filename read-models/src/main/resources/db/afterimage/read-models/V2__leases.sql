-- What is known of a projection beside its versions. A version's number is never given twice; last_version remembers it
-- after the version was dropped. The build columns say how the last try to build a version failed.
CREATE TABLE projection (
  projection text PRIMARY KEY,
  last_version integer NOT NULL DEFAULT 0,
  rebuild_requested_at timestamptz,
  build_failure text,
  build_revision integer,
  build_attempts integer NOT NULL DEFAULT 0,
  build_failed_at timestamptz,
  build_retry_at timestamptz
);

INSERT INTO projection (projection, last_version)
SELECT projection, max(version) FROM projection_version GROUP BY projection;

-- Each claim of a version takes the next epoch. Steps of 1000: a node of the version before counts up by one from where
-- it finds an epoch, and never meets the next.
CREATE SEQUENCE epoch INCREMENT BY 1000 MINVALUE 1000 START WITH 1000000;

ALTER TABLE checkpoint ALTER COLUMN epoch SET DEFAULT nextval('afterimage.epoch');

-- The log's generation that a version's rows stand on: it rises when what was readable in the log was corrected.
ALTER TABLE checkpoint ADD COLUMN log_generation bigint NOT NULL DEFAULT 0;

-- Which node runs a version, until when unless it says so again, and how the version is doing there. Without a node the
-- version has had none since "until".
CREATE TABLE version_lease (
  projection text NOT NULL,
  version integer NOT NULL,
  node text,
  until timestamptz NOT NULL,
  state text NOT NULL,
  message text NOT NULL DEFAULT '',
  since timestamptz NOT NULL,
  PRIMARY KEY (projection, version),
  FOREIGN KEY (projection, version) REFERENCES projection_version ON DELETE CASCADE
) WITH (fillfactor = 20);
