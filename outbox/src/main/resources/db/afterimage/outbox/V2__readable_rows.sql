-- What the relay cannot read cannot be inserted: the rules are those of AggregateRef, RecordedEvent and MetadataJson.
-- Only built-in functions and operators, so neither a search_path nor a privilege decides what they mean. NOT VALID:
-- rows that are there already are left alone here; V4 checks them.

-- The blanks are Java's: Character.isWhitespace.
ALTER TABLE outbox ADD CONSTRAINT aggregate_id_not_blank CHECK (
  aggregate_id ~ '[^\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]'
) NOT VALID;

ALTER TABLE outbox ADD CONSTRAINT occurred_at_in_years_1_to_9999 CHECK (
  occurred_at >= '0001-01-01 00:00:00+00' AND occurred_at < '10000-01-01 00:00:00+00'
) NOT VALID;

-- An object of strings or nulls, each key once, no half of a surrogate pair. jsonb keeps the last of equal keys, so an
-- object has each key once if its text has as many strings as its jsonb; strings are counted by their quotes.
-- The third case is for nearly all rows: without escapes and nulls, four quotes for each string value of the jsonb are
-- a key and a string for each pair, and nothing else. In the last, the text is valid JSON, so braces around nothing but
-- strings, nulls, colons and commas are an object of strings; and jsonb knows no \u0000, so a text that stands for
-- nothing else takes its place.
ALTER TABLE outbox ADD CONSTRAINT metadata_is_an_object_of_strings_each_key_once CHECK (
  CASE
    WHEN metadata IS NULL THEN true
    WHEN json_typeof(metadata) <> 'object' THEN false
    WHEN strpos(metadata::text, '\') = 0 AND strpos(metadata::text, 'null') = 0
      THEN octet_length(metadata::text) - octet_length(replace(metadata::text, '"', ''))
        = 4 * jsonb_array_length(jsonb_path_query_array(metadata::jsonb, 'strict $.* ? (@.type() == "string")'))
    WHEN metadata::text !~ '^\s*\{(null|[\s:,]|"([^"\\]|\\[^u]|\\u([^dD].|[dD][0-7]|[dD][89abAB]..\\u[dD][c-fC-F])..)*")*\}\s*$'
      THEN false
    ELSE octet_length(replace(replace(metadata::text, '\\', ''), '\"', ''))
        - octet_length(replace(replace(replace(metadata::text, '\\', ''), '\"', ''), '"', ''))
      = 2 * jsonb_array_length(jsonb_path_query_array(
        replace(replace(replace(metadata::text, '\\', '\u005c'), '\u0001', '\u0001\u0001'), '\u0000', '\u0001\u0002')::jsonb,
        '$.keyvalue().* ? (@.type() == "string")'))
  END
) NOT VALID;
