-- The replica, schema version 5: who is responsible for what, who knows what, and the working days that an operator loaded. Prose: Replica.md. Times are
-- milliseconds since 1970 UTC.

CREATE TABLE duty (
    id TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    area TEXT,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    words TEXT,
    revision INTEGER NOT NULL,
    retired INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE expert (
    id TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    skill TEXT NOT NULL,
    area TEXT,
    unit TEXT,
    retired INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE calendar (
    year TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL,
    loaded_at INTEGER NOT NULL
) WITHOUT ROWID;
