-- The replica, schema version 9: the sum over all entities is kept and goes on with each change, so that a sync does not read what months have brought.
-- NULL = it is counted anew at the end of the next pull. No table of the centre's rows changes: what was read as version 8 is whole. Prose: Replica.md.

ALTER TABLE cursor ADD COLUMN entity_sum BLOB;
ALTER TABLE cursor ADD COLUMN entity_count INTEGER;

UPDATE cursor SET schema_version=9 WHERE schema_version=8;
