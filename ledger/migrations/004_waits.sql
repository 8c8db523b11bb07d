-- wait: the periods of an attempt in which no work was done on it, because a
-- request had to be held back. The rest of the attempt is work.
CREATE TABLE wait (
	attempt    INTEGER NOT NULL REFERENCES attempt (id),
	ordinal    INTEGER NOT NULL CHECK (ordinal > 0), -- in the order of starting
	started_at TEXT NOT NULL,
	due_at     TEXT NOT NULL,    -- when the request may be made
	ended_at   TEXT,             -- when a worker went on; NULL: it lasted until the attempt ended, or it lasts
	worker     INTEGER NOT NULL CHECK (worker > 0), -- the worker that went on with the attempt
	held       INTEGER NOT NULL CHECK (held IN (0, 1)), -- 1: the worker waited with it; 0: it was free for other work
	PRIMARY KEY (attempt, ordinal)
) WITHOUT ROWID, STRICT;
