-- The central queue, schema version 4: what a ticket promises, one row for each promise, and what was raised about it. Prose:
-- Central.md. As before, domain tables have the replica's columns in the replica's order, then `changed` and `deleted`.

CREATE TABLE clock (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    class TEXT,
    days INTEGER,
    source TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    met_at INTEGER,
    met_by BLOB,
    ended_at INTEGER,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX clock_by_ticket ON clock(ticket, id);
-- What runs, in the order in which it falls due: few rows, however many tickets are closed.
CREATE INDEX clock_running ON clock(due_at) WHERE met_at IS NULL AND ended_at IS NULL AND deleted = 0;

-- What somebody asked for, and the centre's answer.
CREATE TABLE request (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    days INTEGER,
    state TEXT NOT NULL,
    granted_days INTEGER,
    due_at INTEGER,
    answer TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX request_by_ticket ON request(ticket, id);
-- What nobody has answered, in the order of asking.
CREATE INDEX request_pending ON request(given_at) WHERE state = 'pending' AND deleted = 0;

-- What the scheduler raised and still stands. Not in the journal: it follows from the rows and the time.
CREATE TABLE alarm (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    ticket BLOB,
    raised_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, due_at)
) WITHOUT ROWID;
