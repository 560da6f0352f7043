-- A row is a delivery. `state` is 0 waiting, 1 leased, 2 done, 3 dead; `received` is in ms since 1970.
CREATE TABLE tencent_inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key bytea NOT NULL UNIQUE,
    sdk_app_id bigint NOT NULL,
    command text NOT NULL,
    body bytea, -- NULL once it is forgotten
    client_ip text,
    platform text,
    auth text NOT NULL,
    received bigint NOT NULL,
    state smallint NOT NULL DEFAULT 0,
    due timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0, -- attempts that were begun
    failures integer NOT NULL DEFAULT 0, -- attempts that failed, since the last replay
    crashes integer NOT NULL DEFAULT 0, -- leases that ran out, since the last replay; above 0 it runs alone
    replays integer NOT NULL DEFAULT 0,
    lease bigint,
    leased_until timestamptz,
    ended timestamptz,
    error text
) WITH (
    -- Every row changes three times: vacuum dead rows before they pile up.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.05
);
CREATE INDEX tencent_inbox_waiting ON tencent_inbox (due, id) WHERE state = 0 AND crashes = 0;
CREATE INDEX tencent_inbox_quarantine ON tencent_inbox (due, id) WHERE state = 0 AND crashes > 0;
CREATE INDEX tencent_inbox_leased ON tencent_inbox (leased_until) WHERE state = 1;
CREATE INDEX tencent_inbox_done ON tencent_inbox (ended) WHERE state = 2;
CREATE INDEX tencent_inbox_dead ON tencent_inbox (ended) WHERE state = 3;
CREATE TABLE tencent_inbox_schema (version bigint NOT NULL);
INSERT INTO tencent_inbox_schema VALUES (1);
