-- The central queue, schema version 7: what is to be filled in on the spot, by category, and what was; the duty roster; the leader who settled a step of the
-- ladder on the spot. Prose: Central.md. As before, domain tables have the replica's columns in the replica's order, then `changed` and `deleted`; a column that
-- came later stands behind them.

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
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Which grids had what: from history to patrols. What has no category or grid is not in it.
CREATE INDEX ticket_history ON ticket(category, grid, created_at) WHERE category IS NOT NULL AND grid IS NOT NULL;

-- Who is expected at a desk on a day.
CREATE TABLE roster (
    id TEXT PRIMARY KEY NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    shift TEXT,
    person TEXT,
    words TEXT,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What somebody filled in for an item, on one ticket; never changed.
CREATE TABLE answer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    item TEXT NOT NULL,
    value TEXT,
    replaces BLOB,
    author TEXT NOT NULL,
    filled_at INTEGER NOT NULL,
    command BLOB NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX answer_by_ticket ON answer(ticket, id);

-- The units that were set over tickets, by when they were asked: what they did is counted from it.
CREATE INDEX part_supervising ON part(asked_at, id) WHERE role <> 'joint';
-- Visits whose persons were counted, by time.
CREATE INDEX note_of_visits ON note(occurred_at, id) WHERE kind GLOB 'visit*+*';
