-- The central queue, schema version 6: the supervision ladder of a ticket. Prose: Central.md. As before, domain tables have the
-- replica's columns in the replica's order, then `changed` and `deleted`.

-- A step of the ladder to which a ticket was brought. A restricted one never leaves the centre.
CREATE TABLE escalation (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    step TEXT NOT NULL,
    place INTEGER NOT NULL,
    restricted INTEGER NOT NULL,
    members TEXT NOT NULL,
    decision TEXT,
    reason TEXT,
    due_at INTEGER,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT,
    words TEXT,
    ended_by TEXT,
    ended_at INTEGER,
    ended_with BLOB,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX escalation_by_ticket ON escalation(ticket, id);
-- Tickets that stand at a step, the longest first.
CREATE INDEX escalation_open ON escalation(at) WHERE outcome IS NULL AND deleted = 0;
