-- The central queue, schema version 6: the supervision ladder of a ticket, and the incident that it is part of;
-- what is to be filled in on the spot, by category, and what was; the duty roster. Prose: Central.md. As before, domain tables have the
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
    leader TEXT,
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

-- An item of a checklist.
CREATE TABLE checklist (
    code TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    chinese TEXT NOT NULL,
    english TEXT,
    kind TEXT NOT NULL,
    required INTEGER NOT NULL,
    reason TEXT,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Which grids had what: from history to patrols. What has no category or grid is not in it.
CREATE INDEX ticket_history ON ticket(category, grid, created_at) WHERE category IS NOT NULL AND grid IS NOT NULL;

-- Who is expected at a desk on a day.
CREATE TABLE roster (
    id TEXT PRIMARY KEY NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    shift TEXT,
    person TEXT,
    words TEXT,
    retired INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What somebody filled in for an item, on one ticket; never changed.
CREATE TABLE answer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    item TEXT NOT NULL,
    value TEXT,
    replaces BLOB,
    author TEXT NOT NULL,
    filled_at INTEGER NOT NULL,
    command BLOB NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX answer_by_ticket ON answer(ticket, id);

-- The units that were set over tickets, by when they were asked: what they did is counted from it.
CREATE INDEX part_supervising ON part(asked_at, id) WHERE role <> 'joint';
-- Visits whose persons were counted, by time.
CREATE INDEX note_of_visits ON note(occurred_at, id) WHERE kind GLOB 'visit*+*';
