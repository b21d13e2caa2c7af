-- A definition's SQL runs here; its tables leave for their places in the same transaction, so it looks empty to others.
CREATE SCHEMA IF NOT EXISTS afterimage_draft;

-- What the SQL of a version said about its tables beyond columns and constraints: privileges, comments, options … What a
-- table has and this does not, people did by hand, and the next version gets it as well.
CREATE TABLE version_trait (
  projection text NOT NULL,
  version integer NOT NULL,
  table_name text NOT NULL,
  trait text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (projection, version, table_name, trait),
  FOREIGN KEY (projection, version) REFERENCES projection_version ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);

-- When a version became superfluous, the transactions that may still read it, and why it could not be dropped so far.
ALTER TABLE projection_version
  ADD COLUMN superseded_at timestamptz,
  ADD COLUMN drop_waits_for text[],
  ADD COLUMN drop_failure text;

-- The views under the plain names ask this once per statement. A transaction that took its snapshot before a version was
-- complete would see that version's table half built: it is told to begin again instead, as after a serialization failure.
CREATE FUNCTION shows_complete_version(of_projection text, of_version integer) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM afterimage.projection_version v
      WHERE v.projection = of_projection AND v.version = of_version AND v.phase <> 'building') THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION 'projection % was switched to version % after this transaction began to read: begin it again',
    of_projection, of_version USING ERRCODE = 'serialization_failure';
END
$$;

GRANT EXECUTE ON FUNCTION shows_complete_version(text, integer) TO PUBLIC;
