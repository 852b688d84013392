-- The replica, schema version 5: who is responsible for what, who knows what, and the working days that an operator loaded; who gave a ticket
-- to whom, and the steps by which it was settled whose it is; which units take
-- part. Prose: Replica.md. Times are
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

-- The ticket went from one hand to another, or was sent back.
CREATE TABLE transfer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    giver TEXT,
    taker TEXT,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    approved_by TEXT
);
CREATE INDEX transfer_by_ticket ON transfer(ticket, id);

-- A step above the dispatcher: a joint ruling, a leader's sign-off.
CREATE TABLE rung (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    ladder TEXT NOT NULL,
    level TEXT NOT NULL,
    request BLOB,
    members TEXT NOT NULL,
    owner TEXT,
    words TEXT,
    author TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX rung_by_ticket ON rung(ticket, id);

-- One unit's share in a ticket: called in by whoever handles it, or set over it.
CREATE TABLE part (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    command BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    reported_by BLOB,
    reported_at INTEGER,
    done_by BLOB,
    done_at INTEGER,
    ended_at INTEGER
);
CREATE INDEX part_by_ticket ON part(ticket, id);
