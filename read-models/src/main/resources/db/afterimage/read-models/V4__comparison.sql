-- What came of comparing a version with the one that it replaced, in words; NULL if that was not tried.
ALTER TABLE projection_version ADD COLUMN comparison text;
