-- reviewer: a person who signs decisions. The token is not stored.
CREATE TABLE reviewer (
	name        TEXT NOT NULL PRIMARY KEY,
	token       TEXT NOT NULL UNIQUE, -- sha256:<hex> of the token
	adjudicator INTEGER NOT NULL CHECK (adjudicator IN (0, 1)), -- 1: may settle differences
	added_at    TEXT NOT NULL,
	revoked_at  TEXT -- when the token was revoked; NULL if it is valid
) STRICT;

-- review_event: what people decided. Rows are added, and never changed or deleted.
CREATE TABLE review_event (
	number      INTEGER NOT NULL PRIMARY KEY, -- in the order of arrival
	id          TEXT NOT NULL UNIQUE,         -- sha256:<hex> of the content
	reviewer    TEXT NOT NULL,                -- the signature
	action      TEXT NOT NULL,
	content     TEXT NOT NULL,                -- JSON, as in files of reviews
	recorded_at TEXT NOT NULL,
	imported_by TEXT                          -- who imported it; NULL if it was decided here
) STRICT;

INSERT INTO counter (name, value) VALUES ('review', 0);
