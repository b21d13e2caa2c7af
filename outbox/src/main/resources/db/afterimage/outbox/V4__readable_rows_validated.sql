-- Checks the rows that were there before V2, while appends go on. A row that breaks a rule does not fail the upgrade:
-- the constraint stays NOT VALID, which holds for new rows all the same.
DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY[
    'aggregate_id_not_blank',
    'occurred_at_in_years_1_to_9999',
    'metadata_is_an_object_of_strings_each_key_once'
  ] LOOP
    BEGIN
      EXECUTE format('ALTER TABLE outbox VALIDATE CONSTRAINT %I', rule);
    EXCEPTION WHEN check_violation OR data_exception THEN
      RAISE WARNING 'an older row of the outbox breaks the rule %; it holds for new rows only', rule
        USING HINT = 'If the log lacks such an event, the relay names it.';
    END;
  END LOOP;
END $$;
