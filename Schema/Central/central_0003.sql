-- The central queue, schema version 3: what became of a conflict, whose it is on either side, and who chose afterwards. Prose:
-- Central.md. The new columns stand behind `changed` and `deleted` here and before them in `Tickets.Table`: rows are read by name.

ALTER TABLE conflict ADD COLUMN outcome TEXT;
ALTER TABLE conflict ADD COLUMN may TEXT;
ALTER TABLE conflict ADD COLUMN against BLOB;
ALTER TABLE conflict ADD COLUMN ours_by TEXT;
ALTER TABLE conflict ADD COLUMN ours_at INTEGER;
ALTER TABLE conflict ADD COLUMN theirs_by TEXT;
ALTER TABLE conflict ADD COLUMN theirs_at INTEGER;
ALTER TABLE conflict ADD COLUMN settled_by BLOB;
ALTER TABLE conflict ADD COLUMN settled_at INTEGER;
ALTER TABLE conflict ADD COLUMN chosen_by TEXT;

-- The conflicts that the author of the overwritten value reads too.
CREATE INDEX conflict_by_against ON conflict(against) WHERE against IS NOT NULL;
-- What nobody has decided or chosen about yet, in the order in which it came.
CREATE INDEX conflict_unsettled ON conflict(changed) WHERE settled_at IS NULL;

-- Before version 3 a conflict either held its command or left theirs standing, and only a dispatcher could change that. What a row
-- says of the time before does not move: `changed` stays, and no version with it.
UPDATE conflict SET
    outcome = CASE
        WHEN (SELECT verdict = 'held' AND decision IS NULL FROM command WHERE id = conflict.command) THEN 'open'
        WHEN rule <> 'retract' AND (SELECT decision IN ('accepted', 'amended') FROM command WHERE id = conflict.command) THEN 'ours'
        ELSE 'theirs' END,
    may = 'centre',
    ours_by = (SELECT person FROM command WHERE id = conflict.command),
    ours_at = (SELECT occurred_at FROM command WHERE id = conflict.command),
    settled_at = (SELECT decided_at FROM command WHERE id = conflict.command),
    chosen_by = (SELECT decided_by FROM command WHERE id = conflict.command);
