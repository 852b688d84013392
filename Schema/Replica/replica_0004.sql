-- The replica, schema version 4: what a ticket promises, one row for each promise, and what is asked for on it. Prose: Replica.md. Times are milliseconds since
-- 1970 UTC.

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
    ended_at INTEGER
);
CREATE INDEX clock_by_ticket ON clock(ticket, id);

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
    decided_at INTEGER
);
CREATE INDEX request_by_ticket ON request(ticket, id);
