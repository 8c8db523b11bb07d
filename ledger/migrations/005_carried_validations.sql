-- carried: 1 if the row was copied from an earlier reading, whose run it still
-- names. Counts of that run leave it out, as they leave out carried verses.
ALTER TABLE validation ADD COLUMN carried INTEGER NOT NULL DEFAULT 0 CHECK (carried IN (0, 1));
