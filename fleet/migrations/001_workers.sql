-- worker: the processes of the fleet. All times are the server's.
CREATE TABLE fleet.worker (
	id         TEXT PRIMARY KEY,       -- also the id of the process in River's jobs
	name       TEXT NOT NULL,          -- host and process id, for people
	version    TEXT NOT NULL,          -- of the program
	first_lane INT NOT NULL,           -- number of its first worker
	lanes      INT NOT NULL,           -- passages that it annotates at once
	started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
	beat_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
	since      TIMESTAMPTZ NOT NULL DEFAULT now(), -- the first of the beats that followed without a gap
	ended_at   TIMESTAMPTZ,            -- NULL while it works
	dead       BOOLEAN NOT NULL DEFAULT false, -- it ended without saying so
	refuses    TEXT NOT NULL DEFAULT '' -- the runs that it does not work on, with the reasons
);

CREATE INDEX worker_alive ON fleet.worker (beat_at) WHERE ended_at IS NULL;
