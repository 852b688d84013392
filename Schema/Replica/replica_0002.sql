-- The replica, schema version 2: the rest of the reference set, so that units, categories and deadlines can be named, searched and
-- explained without signal. Prose for every table and column: Replica.md. Times are milliseconds since 1970 UTC.

CREATE TABLE unit (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    leader TEXT,
    handler TEXT,
    retired INTEGER NOT NULL
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
    replaced_by TEXT
) WITHOUT ROWID;

CREATE TABLE profile (
    name TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    in_force INTEGER NOT NULL,
    loaded_at INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- Commands whose payload is still here, by age: else every rebase would read all that were ever given to find the few to prune.
CREATE INDEX command_retained ON command(absorbed_at) WHERE payload IS NOT NULL;
