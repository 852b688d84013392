-- The replica, schema version 6: the supervision ladder of a ticket, and the incident that it is part of. Prose: Replica.md. Times are milliseconds since 1970 UTC.

-- A step of the ladder to which a ticket was brought. A restricted one is never on a device.
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
    ended_with BLOB
);
CREATE INDEX escalation_by_ticket ON escalation(ticket, id);

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
    ended_with BLOB
);
CREATE INDEX incident_by_ticket ON incident(ticket, id);
