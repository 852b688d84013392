-- The replica, schema version 8: what waits for a decision, what was taken back and what nobody has looked at yet are found without reading every command that
-- was ever given here, and all that was ever told.
-- No table changes: what was read as version 7 is whole. Prose: Replica.md.

CREATE INDEX command_held ON command(ordinal) WHERE verdict='held' AND decision IS NULL;
CREATE INDEX command_taken_back ON command(ordinal) WHERE taken_back_at IS NOT NULL;
CREATE INDEX news_unlooked ON news(ordinal) WHERE looked_at IS NULL;
CREATE INDEX news_by_kind ON news(kind, at);

UPDATE cursor SET schema_version=8 WHERE schema_version=7;
