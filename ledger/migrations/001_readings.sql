-- The record of runs and of what they found. The same text makes the tables of
-- SQLite and, with the words that dialect.go exchanges, those of PostgreSQL.
--
-- Times are text in UTC with microseconds, 2026-11-23T19:30:00.000000Z: both
-- databases and every shell order and read them alike. Books are numbered
-- from 1 in canonical order.

-- counter: numbers that grow, one transaction at a time.
CREATE TABLE counter (
	name  TEXT NOT NULL PRIMARY KEY, -- what is counted
	value INTEGER NOT NULL           -- the last number given
) STRICT;

INSERT INTO counter (name, value) VALUES ('run', 0), ('attempt', 0), ('revision', 0), ('verdict', 0);

-- verse_number: 1 to 176, the longest chapter; lets a plan insert passages
-- where it would otherwise insert verses.
CREATE TABLE verse_number (number INTEGER NOT NULL PRIMARY KEY) STRICT;

INSERT INTO verse_number (number)
WITH RECURSIVE upto (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM upto WHERE number < 176)
SELECT number FROM upto;

-- annotator: what finds figures. Another version is another annotator.
CREATE TABLE annotator (
	id          INTEGER NOT NULL PRIMARY KEY,
	fingerprint TEXT NOT NULL UNIQUE, -- changes with whatever can change its findings
	name        TEXT NOT NULL,        -- rules, vendor:model, or a person
	kind        TEXT NOT NULL CHECK (kind IN ('rules', 'model', 'person')),
	version     TEXT NOT NULL         -- of the rules, or of prompt and schema
) STRICT;

-- run: one annotate command.
CREATE TABLE run (
	id           TEXT NOT NULL PRIMARY KEY, -- 20261123T193000Z-1f3a
	number       INTEGER NOT NULL UNIQUE,   -- in the order of starting
	annotator    INTEGER NOT NULL REFERENCES annotator (id),
	selection    TEXT NOT NULL,             -- parses back
	again        INTEGER NOT NULL CHECK (again IN (0, 1)), -- 1: read anew what was done
	command      TEXT NOT NULL,             -- JSON array: the words typed
	settings     TEXT NOT NULL,             -- JSON object of texts
	version      TEXT NOT NULL,             -- of the program
	workers      INTEGER NOT NULL CHECK (workers > 0),
	already_done INTEGER NOT NULL,          -- verses of the selection that were done before
	started_at   TEXT NOT NULL,
	ended_at     TEXT,
	outcome      TEXT CHECK (outcome IN ('done', 'incomplete', 'interrupted', 'failed')), -- of a run that a dead process left: interrupted
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

-- reading: one annotator's figures for one chapter: the unit of truth. Runs
-- begin readings, complete them and widen them.
CREATE TABLE reading (
	id        INTEGER NOT NULL PRIMARY KEY,
	annotator INTEGER NOT NULL REFERENCES annotator (id),
	book      INTEGER NOT NULL CHECK (book BETWEEN 1 AND 39),
	chapter   INTEGER NOT NULL CHECK (chapter > 0),
	number    INTEGER NOT NULL CHECK (number > 0), -- 2 for the one after the first --again, ...
	revision  INTEGER NOT NULL,                    -- grows with every change that readers are to see, across all readings; 0: nothing to see yet
	run       TEXT NOT NULL REFERENCES run (id),   -- the last one to work on it
	UNIQUE (annotator, book, chapter, number)
) STRICT;

-- verse: where a verse of a reading stands; one without a row is not run.
CREATE TABLE verse (
	reading        INTEGER NOT NULL REFERENCES reading (id),
	verse          INTEGER NOT NULL REFERENCES verse_number (number),
	state          TEXT NOT NULL CHECK (state IN ('not run', 'running', 'done', 'failed')),
	failure_kind   TEXT, -- one word for programs
	failure_reason TEXT, -- a sentence for people
	deliberation   TEXT NOT NULL DEFAULT '', -- what the annotator thought about the verse
	run            TEXT NOT NULL REFERENCES run (id), -- the last one that was to read it
	ended_at       TEXT,
	carried        INTEGER NOT NULL DEFAULT 0 CHECK (carried IN (0, 1)), -- 1: taken over from the reading before, because only other verses of the chapter were to be read anew
	PRIMARY KEY (reading, verse),
	CHECK ((state = 'failed') = (failure_kind IS NOT NULL)),
	CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
	CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
) WITHOUT ROWID, STRICT;

CREATE INDEX verse_run ON verse (run);

-- figure: one figurative expression as its annotator described it.
CREATE TABLE figure (
	reading     INTEGER NOT NULL,
	verse       INTEGER NOT NULL,
	ordinal     INTEGER NOT NULL CHECK (ordinal > 0), -- the order in which the annotator named them
	id          TEXT NOT NULL,                        -- how it is cited: Isa.5.1!3-4
	types       TEXT NOT NULL CHECK (types <> ''),    -- metaphor,idiom
	subtype     TEXT NOT NULL,
	ranges      TEXT NOT NULL,                        -- words of the verse: 3-5,8; empty if unanchored
	grounding   TEXT NOT NULL CHECK (grounding IN ('exact', 'normalised', 'aligned', 'unanchored')),
	score       REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
	english     TEXT NOT NULL,
	target      TEXT NOT NULL, -- JSON array, from specific to general; so the next three
	vehicle     TEXT NOT NULL,
	ground      TEXT NOT NULL,
	posture     TEXT NOT NULL,
	explanation TEXT NOT NULL,
	confidence  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
	speaker     TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	source      TEXT NOT NULL, -- what in the annotator found it, such as a rule
	PRIMARY KEY (reading, verse, ordinal),
	UNIQUE (reading, id),
	FOREIGN KEY (reading, verse) REFERENCES verse (reading, verse),
	CHECK ((grounding = 'unanchored') = (ranges = ''))
) WITHOUT ROWID, STRICT;

-- verdict: decisions on one type of one figure. All are kept; of one decider's
-- the last counts, and a person's before any other's.
CREATE TABLE verdict (
	id       INTEGER NOT NULL PRIMARY KEY, -- in the order of recording
	reading  INTEGER NOT NULL,
	figure   TEXT NOT NULL,
	type     TEXT NOT NULL,
	decision TEXT NOT NULL CHECK (decision IN ('valid', 'invalid', 'reclassified')),
	to_type  TEXT,          -- the type it is instead
	reason   TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	by_kind  TEXT NOT NULL CHECK (by_kind IN ('rules', 'model', 'person')),
	at       TEXT NOT NULL,
	FOREIGN KEY (reading, figure) REFERENCES figure (reading, id),
	CHECK ((decision = 'reclassified') = (to_type IS NOT NULL))
) STRICT;

CREATE INDEX verdict_figure ON verdict (reading, figure);

-- attempt: a worker's work on some verses of a reading, from its start to its
-- end.
CREATE TABLE attempt (
	id         INTEGER NOT NULL PRIMARY KEY,
	run        TEXT NOT NULL REFERENCES run (id),
	reading    INTEGER NOT NULL REFERENCES reading (id),
	worker     INTEGER NOT NULL CHECK (worker > 0),
	asked      INTEGER NOT NULL, -- verses it was to read
	started_at TEXT NOT NULL,
	ended_at   TEXT,
	outcome    TEXT CHECK (outcome IN ('done', 'failed', 'not run')), -- failed: some verse did; not run: it was interrupted, or its process died
	verses     INTEGER NOT NULL, -- that came to their end
	failed     INTEGER NOT NULL, -- verses of them
	figures    INTEGER NOT NULL,
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX attempt_run ON attempt (run, id);

-- What a process that died left behind is found without a search.
CREATE INDEX attempt_open ON attempt (reading) WHERE ended_at IS NULL;
