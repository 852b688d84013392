-- The central queue, schema version 1. Prose for every table and column: Central.md. Times are milliseconds since 1970 UTC.
-- Domain tables have the replica's columns in the replica's order; the centre appends `changed` (the sequence of the row's last
-- change) and `deleted` (a mark: rows are never removed).

CREATE TABLE ticket (
    id BLOB PRIMARY KEY NOT NULL,
    number TEXT UNIQUE,
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
    closed_at INTEGER,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX ticket_by_state ON ticket(state, due_at);

CREATE TABLE citizen (
    ticket BLOB PRIMARY KEY NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT,
    phone TEXT,
    address TEXT,
    identity_number TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE helper (
    ticket BLOB NOT NULL REFERENCES ticket(id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    profession TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
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
    command BLOB NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX note_by_ticket ON note(ticket, changed);

CREATE TABLE conflict (
    command BLOB NOT NULL,
    field TEXT NOT NULL,
    ticket BLOB NOT NULL,
    trunk TEXT,
    theirs TEXT,
    ours TEXT,
    rule TEXT NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (command, field)
) WITHOUT ROWID;

CREATE TABLE person (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    grid TEXT,
    unit TEXT,
    profession TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE grid (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Who may hold what: intervals of sequences, [since, until), until NULL = still.
CREATE TABLE person_scope (
    person TEXT NOT NULL,
    scope TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (person, scope, since)
) WITHOUT ROWID;
CREATE TABLE ticket_scope (
    ticket BLOB NOT NULL,
    scope TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (ticket, scope, since)
) WITHOUT ROWID;

-- One live entry per scope and entity; seq moves up at each change. `entered` is the sequence of the entering.
CREATE TABLE scope_log (
    scope TEXT NOT NULL,
    kind INTEGER NOT NULL,
    entity BLOB NOT NULL,
    seq INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    op INTEGER NOT NULL,
    PRIMARY KEY (scope, kind, entity)
) WITHOUT ROWID;
CREATE INDEX scope_log_in_order ON scope_log(scope, seq);
CREATE INDEX scope_log_leaves ON scope_log(seq) WHERE op = 3;
CREATE TABLE scope_floor (
    scope TEXT PRIMARY KEY NOT NULL,
    pruned_below INTEGER NOT NULL
) WITHOUT ROWID;

-- Σ and count of the fingerprint terms of all verdicts, or all references, in one scope. Tickets are summed when asked for: they
-- may be in several scopes of one person and count once.
CREATE TABLE scope_sum (
    scope TEXT NOT NULL,
    kind INTEGER NOT NULL,
    sum BLOB NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (scope, kind)
) WITHOUT ROWID;

-- Every command that was ever offered, with what the centre said. The deduplication table, the author's record and the held list.
CREATE TABLE command (
    id BLOB PRIMARY KEY NOT NULL,
    replica BLOB,
    epoch INTEGER,
    sequence INTEGER,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    ticket BLOB,
    payload BLOB,
    salt BLOB,
    digest BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    clock_flag INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    reason TEXT NOT NULL,
    seq INTEGER NOT NULL,
    waits_for BLOB,
    decision TEXT,
    decision_reason TEXT,
    decision_seq INTEGER,
    decided_by TEXT,
    decided_at INTEGER
);
CREATE INDEX command_undecided ON command(ticket, seq) WHERE verdict = 'held' AND decision IS NULL;
CREATE INDEX command_parked ON command(replica, epoch, sequence) WHERE verdict IS NULL;

-- Every header that a device signed: what proves its chain, and what finds a fork. A repeat under a new epoch has a row of its own.
CREATE TABLE chain (
    replica BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    command BLOB NOT NULL,
    digest BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (replica, epoch, sequence)
) WITHOUT ROWID;

-- A second payload under a known CommandID: kept and listed, never applied.
CREATE TABLE command_clash (
    ordinal INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    replica BLOB NOT NULL,
    payload BLOB,
    salt BLOB,
    digest BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    seq INTEGER NOT NULL
);

CREATE TABLE device (
    replica BLOB PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    serial INTEGER NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    certificate BLOB NOT NULL,
    enrolled_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    chain_head BLOB NOT NULL,
    occurred_floor INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER,
    last_contact INTEGER,
    unsent INTEGER,
    base INTEGER,
    client_version TEXT,
    clock_offset INTEGER,
    forks INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL
);

CREATE TABLE enrol_code (
    hash BLOB PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by BLOB,
    attempts INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL
);

-- The one sequence of the store. `hash` chains over (seq, at, author, kind, entity, command, digest, previous hash); digest is of
-- salt and body, which can be erased without breaking the chain.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    entity BLOB,
    command BLOB,
    salt BLOB,
    digest BLOB NOT NULL,
    body BLOB,
    hash BLOB NOT NULL
);
CREATE INDEX journal_by_entity ON journal(entity, seq) WHERE entity IS NOT NULL;

CREATE TABLE import_source (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    ticket BLOB NOT NULL,
    PRIMARY KEY (source, external_id)
) WITHOUT ROWID;

CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    incarnation BLOB NOT NULL,
    fencing INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_hash BLOB NOT NULL,
    next_number INTEGER NOT NULL,
    next_serial INTEGER NOT NULL,
    backup_watermark INTEGER NOT NULL,
    made_at INTEGER NOT NULL
);
