-- A row is a delivery. `state` is 0 waiting, 1 leased, 2 done, 3 dead; times are in ms since 1970.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- thereby a repeat, too, writes something: its OK waits for a flush
    key BLOB NOT NULL UNIQUE,
    sdk_app_id INTEGER NOT NULL,
    command TEXT NOT NULL,
    body BLOB, -- NULL once it is forgotten
    client_ip TEXT,
    platform TEXT,
    auth TEXT NOT NULL,
    received INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, -- attempts that were begun
    failures INTEGER NOT NULL DEFAULT 0, -- attempts that failed, since the last replay
    crashes INTEGER NOT NULL DEFAULT 0, -- leases that ran out, since the last replay; above 0 it runs alone
    replays INTEGER NOT NULL DEFAULT 0,
    lease INTEGER,
    leased_until INTEGER,
    ended INTEGER,
    error TEXT
) STRICT;
CREATE INDEX inbox_waiting ON inbox (due, id) WHERE state = 0 AND crashes = 0;
CREATE INDEX inbox_quarantine ON inbox (due, id) WHERE state = 0 AND crashes > 0;
CREATE INDEX inbox_leased ON inbox (leased_until) WHERE state = 1;
CREATE INDEX inbox_done ON inbox (ended) WHERE state = 2;
CREATE INDEX inbox_dead ON inbox (ended) WHERE state = 3;
PRAGMA user_version = 1;
