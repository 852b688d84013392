-- The central queue, schema version 6: the supervision ladder of a ticket, and the incident that it is part of. Prose: Central.md. As before, domain tables have the
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

-- The ticket is part of an incident: it is handled and answered with another one.
CREATE TABLE incident (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    parent BLOB NOT NULL,
    number TEXT,
    due_at INTEGER,
    own_due_at INTEGER,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_with BLOB,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX incident_by_ticket ON incident(ticket, id);
-- The tickets that went into another one.
CREATE INDEX incident_by_parent ON incident(parent, ticket) WHERE ended_at IS NULL AND deleted = 0;
