-- What the capture of the outbox stands on. Whatever is not published at the moment of its commit never reaches the
-- log, and afterwards nothing but the catalog's row versions shows that it happened: oid and xmin change with every
-- change, also with one that is taken back. Another published table, a new column or an index change none of these. A
-- table can be UNLOGGED for a while only if the publication does not name it: then its file counts, too, which VACUUM
-- FULL and TRUNCATE change as well.
CREATE FUNCTION afterimage.capture_state(
  OUT outbox text, OUT publication text, OUT timeline text
) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    coalesce((SELECT format('oid %s, kind %s, persistence %s', c.oid, c.relkind, c.relpersistence)
      FROM pg_class c WHERE c.oid = ours.outbox), 'missing'),
    coalesce((SELECT format('oid %s, xmin %s, %s', p.oid, p.xmin, CASE
        WHEN p.puballtables THEN format('all tables, file %s', pg_relation_filenode(ours.outbox)) ELSE coalesce(
        (SELECT format('table oid %s, xmin %s, filter %s, columns %s', m.oid, m.xmin,
            coalesce(md5(m.prqual::text), 'none'), coalesce(m.prattrs::text, 'all'))
          FROM pg_publication_rel m WHERE m.prpubid = p.oid AND m.prrelid = ours.outbox),
        (SELECT format('schema oid %s, xmin %s, file %s', m.oid, m.xmin, pg_relation_filenode(ours.outbox))
          FROM pg_publication_namespace m
          WHERE m.pnpubid = p.oid AND m.pnnspid = to_regnamespace('afterimage')::oid),
        'without the outbox') END)
      FROM pg_publication p WHERE p.pubname = 'afterimage_outbox'), 'missing'),
    left(pg_walfile_name(pg_current_wal_lsn()), 8)
  FROM (SELECT to_regclass('afterimage.outbox')::oid) AS ours (outbox)
$$;

-- The state at which a slot's capture was last known to be complete. The relay compares it before it connects and
-- while it streams; only init and repair record another.
CREATE TABLE afterimage.capture (
  slot text PRIMARY KEY,
  outbox text NOT NULL,
  publication text NOT NULL,
  timeline text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO afterimage.capture (slot, outbox, publication, timeline)
  SELECT s.slot_name, state.*
  FROM pg_catalog.pg_replication_slots s, afterimage.capture_state() AS state
  WHERE s.database = pg_catalog.current_database() AND s.plugin = 'pgoutput';

-- A migration of ours that changes the publication or the outbox and loses no event calls the first before and the
-- second after its change: what was as recorded before is as recorded after, in the migration's own transaction.
CREATE FUNCTION afterimage.capture_before_migration() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT set_config('afterimage.capture_before',
    (SELECT concat_ws(' | ', outbox, publication) FROM afterimage.capture_state()), true)
$$;
CREATE FUNCTION afterimage.capture_after_migration() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  UPDATE afterimage.capture AS was SET outbox = state.outbox, publication = state.publication,
      recorded_at = now()
    FROM afterimage.capture_state() AS state
    WHERE concat_ws(' | ', was.outbox, was.publication) = current_setting('afterimage.capture_before', true)
$$;
