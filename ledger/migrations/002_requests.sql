-- What language models were asked and answered, and what a second reader
-- decided of each verse.

-- Work is of two kinds: to find figures, and to judge those that were found.
ALTER TABLE attempt ADD COLUMN purpose TEXT NOT NULL DEFAULT 'detection' CHECK (purpose IN ('detection', 'validation'));
ALTER TABLE attempt ADD COLUMN follows INTEGER REFERENCES attempt (id); -- the one that found the figures which this one judges, if the same run did

-- A run may have a second reader, and may read anew what answered before: then
-- figures that are found again keep their verdicts.
ALTER TABLE run ADD COLUMN validator INTEGER REFERENCES annotator (id);
ALTER TABLE run ADD COLUMN rereads INTEGER NOT NULL DEFAULT 0 CHECK (rereads IN (0, 1));

-- validation: where the judging of a verse's figures stands. A verse without a
-- row is not to be judged; figures without a verdict are not validated,
-- whatever stands here.
CREATE TABLE validation (
	reading        INTEGER NOT NULL,
	verse          INTEGER NOT NULL,
	validator      INTEGER NOT NULL REFERENCES annotator (id),
	state          TEXT NOT NULL CHECK (state IN ('not run', 'running', 'done', 'failed')),
	failure_kind   TEXT,
	failure_reason TEXT,
	run            TEXT NOT NULL REFERENCES run (id), -- the last one that was to judge it
	ended_at       TEXT,
	PRIMARY KEY (reading, verse, validator),
	FOREIGN KEY (reading, verse) REFERENCES verse (reading, verse),
	CHECK ((state = 'failed') = (failure_kind IS NOT NULL)),
	CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
	CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
) WITHOUT ROWID, STRICT;

CREATE INDEX validation_run ON validation (run);

-- content: texts that were sent, each once, whoever sent it how often.
CREATE TABLE content (
	hash TEXT NOT NULL PRIMARY KEY, -- sha256:<hex> of the text
	size INTEGER NOT NULL,          -- of the text, in bytes
	zstd BLOB NOT NULL
) STRICT;

-- request: one request to a model, paid for or not. Tokens are as the vendor
-- counts them: input includes what was cached, output what was reasoning.
CREATE TABLE request (
	id         INTEGER NOT NULL PRIMARY KEY,
	attempt    INTEGER NOT NULL REFERENCES attempt (id),
	key        TEXT NOT NULL,    -- the same for the same request to the same model
	purpose    TEXT NOT NULL CHECK (purpose IN ('detection', 'validation')),
	verses     TEXT NOT NULL,    -- those asked for: 1-14,16
	model      TEXT NOT NULL,    -- vendor:model
	system     TEXT NOT NULL REFERENCES content (hash),
	shared     TEXT NOT NULL REFERENCES content (hash),
	prompt     TEXT NOT NULL REFERENCES content (hash),
	settings   TEXT NOT NULL,    -- JSON: what else was sent
	started_at TEXT NOT NULL,
	ended_at   TEXT,
	outcome    TEXT,             -- done, or the kind of failure: cut, rate limited, ...; lost: its process died
	error      TEXT,             -- what went wrong, for people
	status     INTEGER,          -- of HTTP
	answered_by TEXT,            -- the model in the vendor's words
	vendor_id  TEXT,             -- the vendor's name for the request
	end_reason TEXT,             -- in the vendor's word
	input      INTEGER NOT NULL DEFAULT 0,
	cached     INTEGER NOT NULL DEFAULT 0, -- of input: read from a cache
	cache_write INTEGER NOT NULL DEFAULT 0, -- of input: written to a cache
	output     INTEGER NOT NULL DEFAULT 0,
	reasoning  INTEGER NOT NULL DEFAULT 0, -- of output
	reported   INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1)), -- 1: the count is the vendor's, 0: an estimate
	cost       INTEGER,          -- billionths of a US dollar; NULL: nobody knows
	cost_exact INTEGER NOT NULL DEFAULT 0 CHECK (cost_exact IN (0, 1)), -- 1: the vendor's count at a listed price
	first_text INTEGER,          -- microseconds until the first text
	duration   INTEGER,          -- microseconds
	size       INTEGER NOT NULL DEFAULT 0, -- of the answer, in bytes
	answer     BLOB,             -- zstd; NULL while it is being written
	damage     TEXT,             -- JSON: what the answer lacks of the verses asked for, or holds damaged; NULL if nothing
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX request_key ON request (key, id);
CREATE INDEX request_attempt ON request (attempt);

-- What a process that died left behind is found without a search.
CREATE INDEX request_open ON request (id) WHERE ended_at IS NULL;

-- answer_part: an answer while it is being written, in the order of arrival.
CREATE TABLE answer_part (
	request INTEGER NOT NULL REFERENCES request (id),
	ordinal INTEGER NOT NULL,
	bytes   BLOB NOT NULL,
	PRIMARY KEY (request, ordinal)
) WITHOUT ROWID, STRICT;

INSERT INTO counter (name, value) VALUES ('request', 0);
