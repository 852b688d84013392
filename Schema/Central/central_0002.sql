-- The central queue, schema version 2: the rest of the reference set, and how long a device's oldest command has been waiting.
-- Prose: Central.md. As in version 1, domain tables have the replica's columns in the replica's order, then `changed` and `deleted`.

CREATE TABLE unit (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    leader TEXT,
    handler TEXT,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE category (
    code TEXT PRIMARY KEY NOT NULL,
    level1 TEXT NOT NULL,
    level2 TEXT NOT NULL,
    level3 TEXT NOT NULL,
    initials1 TEXT NOT NULL,
    initials2 TEXT NOT NULL,
    initials3 TEXT NOT NULL,
    retired INTEGER NOT NULL,
    replaced_by TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE profile (
    name TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    in_force INTEGER NOT NULL,
    loaded_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

ALTER TABLE device
    ADD COLUMN oldest_unsent_at INTEGER;

-- An export names the source of each ticket.
CREATE INDEX import_source_by_ticket ON import_source(ticket);
