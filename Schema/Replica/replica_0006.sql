-- The replica, schema version 6: the supervision ladder of a ticket, and the incident that it is part of;
-- what is to be filled in on the spot, by category, and what was; the duty roster. Prose: Replica.md. Times are milliseconds since 1970 UTC.

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
    ended_with BLOB,
    leader TEXT
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

-- An item of a checklist.
CREATE TABLE checklist (
    code TEXT PRIMARY KEY NOT NULL,
    category TEXT NOT NULL,
    chinese TEXT NOT NULL,
    english TEXT,
    kind TEXT NOT NULL,
    required INTEGER NOT NULL,
    reason TEXT,
    retired INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX checklist_by_category ON checklist(category);

-- Who is expected at a desk on a day.
CREATE TABLE roster (
    id TEXT PRIMARY KEY NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    shift TEXT,
    person TEXT,
    words TEXT,
    retired INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX roster_by_day ON roster(day, unit);

-- What somebody filled in for an item, on one ticket; never changed.
CREATE TABLE answer (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    item TEXT NOT NULL,
    value TEXT,
    replaces BLOB,
    author TEXT NOT NULL,
    filled_at INTEGER NOT NULL,
    command BLOB NOT NULL
);
CREATE INDEX answer_by_ticket ON answer(ticket, id);
