-- Insert-only. Positions are dense and in commit order: one fenced appender at a time moves the head.
CREATE TABLE event_log (
  position bigint PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  sequence bigint NOT NULL,
  event_name text NOT NULL,
  event_version integer NOT NULL,
  payload text NOT NULL,
  metadata text,
  occurred_at timestamptz NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT now()
);

-- The last position of the log; moved in the transaction that inserts the events.
CREATE TABLE log_head (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);
INSERT INTO log_head (partition, position) VALUES (0, 0);

-- Who feeds the log: the epoch fences an appender that was replaced, the bookmark is what the source recorded with its
-- last append.
CREATE TABLE log_source (
  source text PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0,
  bookmark text NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);
