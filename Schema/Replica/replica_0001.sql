-- The replica, schema version 1. Prose for every table and column: Replica.md. Times are milliseconds since 1970 UTC.
-- Domain tables first: they are what a session records, what a changeset names, and what the centre's pages carry. Their
-- columns stand in the same order at the centre, and are only ever appended.

CREATE TABLE ticket (
    id BLOB PRIMARY KEY NOT NULL,
    number TEXT,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    origin TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT,
    urgency TEXT NOT NULL,
    confidential INTEGER NOT NULL,
    state TEXT NOT NULL,
    unit TEXT,
    grid TEXT,
    assignee TEXT,
    first_responsible TEXT,
    reporter TEXT,
    location TEXT,
    latitude REAL,
    longitude REAL,
    finding TEXT,
    tags TEXT,
    created_at INTEGER NOT NULL,
    dispatched_at INTEGER,
    due_at INTEGER,
    accepted_at INTEGER,
    started_at INTEGER,
    resolved_at INTEGER,
    closed_at INTEGER
);

CREATE TABLE citizen (
    ticket BLOB PRIMARY KEY NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT,
    phone TEXT,
    address TEXT,
    identity_number TEXT
);

CREATE TABLE helper (
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    profession TEXT,
    PRIMARY KEY (ticket, person)
) WITHOUT ROWID;

CREATE TABLE note (
    id BLOB PRIMARY KEY NOT NULL,
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    late INTEGER NOT NULL,
    command BLOB NOT NULL
);
CREATE INDEX note_by_ticket ON note(ticket);

-- Rows of verdict entities: they travel in their author's own scope and outlive the ticket's stay on the device.
CREATE TABLE conflict (
    command BLOB NOT NULL,
    field TEXT NOT NULL,
    ticket BLOB NOT NULL,
    trunk TEXT,
    theirs TEXT,
    ours TEXT,
    rule TEXT NOT NULL,
    PRIMARY KEY (command, field)
) WITHOUT ROWID;

-- Rows of reference entities: what a device needs to show names and to check rights without signal.
CREATE TABLE person (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    grid TEXT,
    unit TEXT,
    profession TEXT
) WITHOUT ROWID;

CREATE TABLE grid (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    parent TEXT
) WITHOUT ROWID;

-- From here on: the replica's own bookkeeping. No session ever records these tables.

CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    replica BLOB NOT NULL,
    person TEXT NOT NULL,
    person_name TEXT NOT NULL,
    server TEXT NOT NULL,
    authority TEXT,
    private_key BLOB NOT NULL,
    certificate BLOB NOT NULL,
    token BLOB,
    epoch INTEGER NOT NULL,
    next_sequence INTEGER NOT NULL,
    chain_head BLOB NOT NULL,
    acknowledged_sequence INTEGER NOT NULL,
    acknowledged_head BLOB NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER
);

CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    incarnation BLOB NOT NULL,
    schema_version INTEGER NOT NULL,
    base INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    server_time INTEGER NOT NULL,
    confirmed_at INTEGER,
    fingerprint_at INTEGER,
    clock_offset INTEGER,
    backup_watermark INTEGER NOT NULL DEFAULT 0,
    retained_wanted INTEGER NOT NULL DEFAULT 0
);

-- The pull under way. Pages are kept as they came until the last one has arrived; then one rebase applies them all.
CREATE TABLE pull (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    incarnation BLOB NOT NULL,
    generation INTEGER NOT NULL,
    from_zero INTEGER NOT NULL,
    from_base INTEGER NOT NULL,
    at BLOB NOT NULL,
    server_time INTEGER NOT NULL,
    complete INTEGER NOT NULL
);
CREATE TABLE staged_page (
    ordinal INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

-- Every command this device ever gave. `ordinal` is the order of giving. Once a command need not be retained any more, its
-- payload and salt go and the rest stays: who counts what was given counts rows.
CREATE TABLE command (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    ticket BLOB NOT NULL,
    payload BLOB,
    salt BLOB,
    digest BLOB NOT NULL,
    given_at INTEGER NOT NULL,
    taken_back_at INTEGER,
    epoch INTEGER,
    sequence INTEGER,
    previous BLOB,
    offered_at INTEGER,
    replayed BLOB,
    refusal TEXT,
    verdict TEXT,
    verdict_sequence INTEGER,
    verdict_incarnation BLOB,
    reason TEXT,
    waits_for BLOB,
    occurred_at INTEGER,
    receipt BLOB,
    confirmed INTEGER NOT NULL DEFAULT 0,
    decision TEXT,
    decision_sequence INTEGER,
    decision_reason TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    absorbed_at INTEGER
);
CREATE INDEX command_by_ticket ON command(ticket, ordinal);
CREATE INDEX command_pending ON command(ordinal) WHERE absorbed_at IS NULL AND taken_back_at IS NULL;
CREATE INDEX command_in_chain ON command(epoch, sequence) WHERE sequence IS NOT NULL;

-- Verdicts on commands that their author gave on another device, or on this one before it was set up anew.
CREATE TABLE verdict_elsewhere (
    command BLOB PRIMARY KEY NOT NULL,
    verdict TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    decision TEXT,
    decision_reason TEXT,
    decided_by TEXT,
    decided_at INTEGER
) WITHOUT ROWID;

-- The confirmed entities with their versions: the fingerprint is a sum over this table.
CREATE TABLE entity (
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    leaving TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Short local numbers; a number is never given to a second ticket.
CREATE TABLE local_number (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket BLOB NOT NULL UNIQUE,
    official TEXT
);

CREATE TABLE news (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ticket BLOB,
    command BLOB,
    detail TEXT NOT NULL,
    looked_at INTEGER
);
