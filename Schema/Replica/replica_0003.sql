-- The replica, schema version 3: what became of a conflict, whose it is on either side, and who chose afterwards; and short numbers
-- for conflicts. Prose: Replica.md. Times are milliseconds since 1970 UTC.

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

-- A conflict is a row of two entities: of its command's verdict, and of the other command's.
CREATE INDEX conflict_by_against ON conflict(against) WHERE against IS NOT NULL;

-- Who had a ticket when it left this device.
ALTER TABLE local_number ADD COLUMN holder TEXT;

-- Short local numbers; a number is never given to a second conflict.
CREATE TABLE conflict_number (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    command BLOB NOT NULL,
    field TEXT NOT NULL,
    UNIQUE (command, field)
);
INSERT INTO conflict_number (command, field)
    SELECT c.command, c.field FROM conflict AS c
    LEFT JOIN command AS k ON k.id = c.command ORDER BY k.ordinal, c.command, c.field;
