-- The central queue, schema version 5: who is responsible for what, who knows what, and the working days that an operator loaded; who gave a ticket
-- to whom, and the steps by which it was settled whose it is; which units take
-- part. Prose: Central.md. As
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

-- The ticket went from one hand to another, or was sent back.
CREATE TABLE transfer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    giver TEXT,
    taker TEXT,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    approved_by TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
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
    at INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
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
    ended_at INTEGER,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX part_by_ticket ON part(ticket, id);
