-- The log's generation that the last init or repair of the slot made, which the log keeps as well: a database that was
-- restored to a time before it has another or none.
ALTER TABLE afterimage.capture ADD COLUMN repaired_as bigint;
