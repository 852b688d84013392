-- The central queue, schema version 5: who is responsible for what, who knows what, and the working days that an operator loaded. Prose: Central.md. As
-- before, domain tables have the replica's columns in the replica's order, then `changed` and `deleted`.

CREATE TABLE duty (
    id TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    area TEXT,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    words TEXT,
    revision INTEGER NOT NULL,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE expert (
    id TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    skill TEXT NOT NULL,
    area TEXT,
    unit TEXT,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE calendar (
    year TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What rules dispatched, in the order of dispatching: the cases behind their accuracy.
CREATE INDEX note_by_rule ON note(changed) WHERE kind = 'dispatch-rule';
