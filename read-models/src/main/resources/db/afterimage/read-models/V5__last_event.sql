-- The last event that a version was folded with, to notice if the log has another one there; a node of the version before
-- moves the position alone, so the event counts only if it is that of the position. Unknown until the next step.
ALTER TABLE checkpoint
  ADD COLUMN last_event uuid,
  ADD COLUMN last_event_position bigint;
