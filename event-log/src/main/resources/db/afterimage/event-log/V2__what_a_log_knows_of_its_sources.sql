-- Appends wait from here on and readers do not: the index is built first, the columns come at the end.
LOCK TABLE log_source, log_head, event_log IN SHARE ROW EXCLUSIVE MODE;

-- Finds an aggregate's last sequence. Not unique: a log of before may hold repetitions. Compares bytes, and what differs
-- most comes first: every append pays for it.
CREATE INDEX event_log_by_aggregate
  ON event_log (aggregate_id COLLATE "C", aggregate_type COLLATE "C", sequence);

-- Which events operators decided to leave out. One that cannot be read has its id; one that is lost for good has its
-- place in its aggregate and an id that was made up.
CREATE TABLE skipped_event (
  event_id uuid PRIMARY KEY,
  aggregate_type text,
  aggregate_id text,
  sequence bigint CHECK (sequence > 0),
  reason text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT place_is_whole_or_absent CHECK (num_nonnulls(aggregate_type, aggregate_id, sequence) IN (0, 3)),
  CONSTRAINT one_decision_for_a_place UNIQUE (aggregate_type, aggregate_id, sequence)
);

-- What each source's relay last said of itself.
CREATE TABLE relay_status (
  source text PRIMARY KEY,
  state text NOT NULL,
  message text NOT NULL,
  since timestamptz NOT NULL,
  node text NOT NULL,
  seen_at timestamptz NOT NULL
) WITH (fillfactor = 10);

-- What was changed in the part of the log that readers may have seen.
CREATE TABLE log_correction (
  generation bigint PRIMARY KEY,
  from_position bigint NOT NULL CHECK (from_position > 0),
  reason text NOT NULL,
  corrected_at timestamptz NOT NULL DEFAULT now()
);

-- The last event that was appended from the source, and the source's clock when the last canary was sent that passed.
ALTER TABLE log_source
  ADD COLUMN last_event uuid,
  ADD COLUMN complete_up_to timestamptz;

-- Rises whenever positions that were readable change.
ALTER TABLE log_head ADD COLUMN generation bigint NOT NULL DEFAULT 0;

-- Where, in which transaction and when an event was committed; why it was left out.
ALTER TABLE event_log
  ADD COLUMN source text,
  ADD COLUMN transaction_id bigint,
  ADD COLUMN committed_at timestamptz,
  ADD COLUMN skipped_reason text;
