-- capability: what was found out about the requests that a model on a server
-- accepts, so that the next run need not find it out again.
CREATE TABLE capability (
	server    TEXT NOT NULL, -- the address; '' for the vendor's own
	model     TEXT NOT NULL, -- vendor:model
	abilities TEXT NOT NULL, -- JSON
	found_at  TEXT NOT NULL,
	PRIMARY KEY (server, model)
) STRICT;
