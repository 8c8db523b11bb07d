-- forgetting: what was deleted from the ledger on demand: when, by whom and why.
-- What it had cost stays.
CREATE TABLE forgetting (
	id       INTEGER NOT NULL PRIMARY KEY, -- in the order of time
	at       TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	reason   TEXT NOT NULL,
	command  TEXT NOT NULL,    -- JSON array: the words typed
	version  TEXT NOT NULL,    -- of the program
	readings INTEGER NOT NULL, -- that were deleted, with the next two
	figures  INTEGER NOT NULL,
	verdicts INTEGER NOT NULL,
	answers  INTEGER NOT NULL, -- that were deleted
	bytes    INTEGER NOT NULL  -- of these
) STRICT;

-- forgotten: the deletion of the verses, figures and verdicts of a reading, or of the
-- answer to a request; NULL if there was none. The row itself stays.
ALTER TABLE reading ADD COLUMN forgotten INTEGER REFERENCES forgetting (id);
ALTER TABLE request ADD COLUMN forgotten INTEGER REFERENCES forgetting (id);
ALTER TABLE batch_item ADD COLUMN forgotten INTEGER REFERENCES forgetting (id);

-- answer_hash: sha256:<hex> of the answer. It stays when the answer is deleted. Those
-- of earlier answers are computed after this text (migration.go).
ALTER TABLE request ADD COLUMN answer_hash TEXT;

INSERT INTO counter (name, value) VALUES ('forgetting', 0);
