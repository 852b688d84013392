-- The replica, schema version 9: the sum over all entities is kept and goes on with each change, so that a sync does not read what months have brought.
-- NULL = it is counted anew at the end of the next pull. No table of the centre's rows changes: what was read as version 8 is whole. Prose: Replica.md.

ALTER TABLE cursor ADD COLUMN entity_sum BLOB;
ALTER TABLE cursor ADD COLUMN entity_count INTEGER;

-- What is open is found without reading what was settled in the months before.
CREATE INDEX conflict_unsettled ON conflict(command, field) WHERE settled_at IS NULL;

UPDATE cursor SET schema_version=9 WHERE schema_version=8;
