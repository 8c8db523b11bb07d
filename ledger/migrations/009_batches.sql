-- batch: requests that were sent together, to be answered within a day. It is
-- recorded before it is sent, so that a batch which a dead process has sent is found
-- at the vendor by its key.
CREATE TABLE batch (
	id           INTEGER NOT NULL PRIMARY KEY,
	key          TEXT NOT NULL UNIQUE,
	run          TEXT NOT NULL REFERENCES run (id), -- that sent it
	purpose      TEXT NOT NULL CHECK (purpose IN ('detection', 'validation')),
	model        TEXT NOT NULL,                     -- vendor:model
	state        TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'ended', 'not created')),
	vendor_id    TEXT,
	vendor_state TEXT,                              -- in the vendor's word
	error        TEXT,                              -- why the batch or the last question about it failed
	planned_at   TEXT NOT NULL,
	sent_at      TEXT,
	checked_at   TEXT,                              -- when the vendor was last asked about it
	expires_at   TEXT,
	ended_at     TEXT,                              -- when all its results were recorded
	answered     INTEGER NOT NULL DEFAULT 0,        -- requests, as the vendor counts them
	failed       INTEGER NOT NULL DEFAULT 0,
	CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;

CREATE INDEX batch_run ON batch (run);

-- batch_item: one request of a batch, and its result as the vendor sent it. The
-- result becomes a request when an attempt uses it.
CREATE TABLE batch_item (
	batch      INTEGER NOT NULL REFERENCES batch (id),
	ordinal    INTEGER NOT NULL CHECK (ordinal > 0),
	custom_id  TEXT NOT NULL,                          -- the vendor returns it with the result
	reading    INTEGER NOT NULL REFERENCES reading (id),
	passage    TEXT NOT NULL,                          -- verses of the task that needs the answer: 1-50
	verses     TEXT NOT NULL,                          -- those asked for: 1-14,16
	key        TEXT NOT NULL,                          -- as in request
	system     TEXT NOT NULL REFERENCES content (hash),
	shared     TEXT NOT NULL REFERENCES content (hash),
	prompt     TEXT NOT NULL REFERENCES content (hash),
	settings   TEXT NOT NULL,                          -- JSON: what else was sent
	most       INTEGER,                                -- the most that it can cost, in billionths of a US dollar; NULL: no price is known
	state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'unanswered')), -- unanswered: the vendor did not process it
	closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)), -- 1: the task has ended; its answers are not used again
	request    INTEGER REFERENCES request (id),        -- that the result became
	ended_at   TEXT,
	outcome    TEXT,                                   -- this and the rest as in request
	error      TEXT,
	status     INTEGER,
	answered_by TEXT,
	vendor_id  TEXT,
	end_reason TEXT,
	input      INTEGER NOT NULL DEFAULT 0,
	cached     INTEGER NOT NULL DEFAULT 0,
	cache_write INTEGER NOT NULL DEFAULT 0,
	output     INTEGER NOT NULL DEFAULT 0,
	reasoning  INTEGER NOT NULL DEFAULT 0,
	reported   INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1)),
	cost       INTEGER,
	cost_exact INTEGER NOT NULL DEFAULT 0 CHECK (cost_exact IN (0, 1)),
	size       INTEGER NOT NULL DEFAULT 0,
	answer     BLOB,
	build      TEXT,
	PRIMARY KEY (batch, ordinal),
	UNIQUE (batch, custom_id),
	CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT;

CREATE INDEX batch_item_key ON batch_item (reading, key);
CREATE INDEX batch_item_request ON batch_item (request) WHERE request IS NOT NULL;
CREATE INDEX batch_item_open ON batch_item (batch) WHERE state = 'open';

INSERT INTO counter (name, value) VALUES ('batch', 0);
