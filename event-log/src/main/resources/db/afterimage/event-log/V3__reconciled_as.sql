-- The generation that the last reconciliation of the source made. The source keeps it as well: one that was restored to a
-- time before that reconciliation has another or none.
ALTER TABLE afterimage.log_source ADD COLUMN reconciled_as bigint;
