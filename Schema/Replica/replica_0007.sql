-- The replica, schema version 7: what is to be filled in on the spot, by category, and what was; the duty roster; the leader who settled a step of the ladder
-- on the spot. Prose: Replica.md. Times are milliseconds since 1970 UTC.

ALTER TABLE escalation ADD COLUMN leader TEXT;

-- An item of a checklist.
CREATE TABLE checklist (
    code TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    chinese TEXT NOT NULL,
    english TEXT,
    kind TEXT NOT NULL,
    required INTEGER NOT NULL,
    reason TEXT,
    retired INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX checklist_by_category ON checklist(category);

-- Who is expected at a desk on a day.
CREATE TABLE roster (
    id TEXT PRIMARY KEY NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    shift TEXT,
    person TEXT,
    words TEXT,
    retired INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX roster_by_day ON roster(day, unit);

-- What somebody filled in for an item, on one ticket; never changed.
CREATE TABLE answer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    item TEXT NOT NULL,
    value TEXT,
    replaces BLOB,
    author TEXT NOT NULL,
    filled_at INTEGER NOT NULL,
    command BLOB NOT NULL
);
CREATE INDEX answer_by_ticket ON answer(ticket, id);
