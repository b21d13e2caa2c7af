-- One row per aggregate: locked until commit by whoever appends, so an aggregate's events are recorded in commit order
-- and numbered without gaps.
CREATE TABLE outbox_head (
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  PRIMARY KEY (aggregate_type, aggregate_id)
) WITH (fillfactor = 70);

-- Insert-only. The relay reads it from the WAL; the rows stay as the source of repair until retention drops them.
CREATE TABLE outbox (
  event_id uuid PRIMARY KEY,
  aggregate_type text NOT NULL
    CONSTRAINT aggregate_type_in_kebab_case CHECK (aggregate_type ~ '^[a-z][a-z0-9-]{0,99}$'),
  aggregate_id text NOT NULL
    CONSTRAINT aggregate_id_of_1_to_200_characters CHECK (length(aggregate_id) BETWEEN 1 AND 200),
  sequence bigint NOT NULL CHECK (sequence > 0),
  event_name text NOT NULL
    CONSTRAINT event_name_in_kebab_case CHECK (event_name ~ '^[a-z][a-z0-9-]{0,99}$'),
  event_version integer NOT NULL CHECK (event_version > 0),
  payload json NOT NULL
    CONSTRAINT payload_at_most_1_mib CHECK (octet_length(payload::text) <= 1048576),
  metadata json
    CONSTRAINT metadata_at_most_16_kib CHECK (octet_length(metadata::text) <= 16384),
  occurred_at timestamptz NOT NULL,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
);

CREATE PUBLICATION afterimage_outbox FOR TABLE outbox
  WITH (publish = 'insert', publish_via_partition_root = true);
