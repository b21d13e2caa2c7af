-- The capture's state tells a table that was renamed or moved to another schema, also there and back: what is committed
-- meanwhile is published under the other name, and the stream leaves it out. Only the row of the table's type changes
-- with its name, its schema and its owner, and with nothing else; that of the table itself changes with a VACUUM FULL
-- and a GRANT as well. Another name of the schema does not show here: the relay finds it in what is delivered.
-- One statement, so that it is one transaction for every tool.
DO $migration$
BEGIN
PERFORM afterimage.capture_before_migration();

EXECUTE $create$
CREATE OR REPLACE FUNCTION afterimage.capture_state(
  OUT outbox text, OUT publication text, OUT timeline text
) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    coalesce((SELECT format('oid %s, xmin of its type %s, kind %s, persistence %s', c.oid, t.xmin, c.relkind,
          c.relpersistence)
      FROM pg_class c JOIN pg_type t ON t.oid = c.reltype WHERE c.oid = ours.outbox), 'missing'),
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
$$
$create$;

PERFORM afterimage.capture_after_migration();
END
$migration$;
