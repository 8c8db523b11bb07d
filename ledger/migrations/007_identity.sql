-- Kinds of annotators: a simulation is told from a model, and a learned set of
-- rules has a kind of its own. SQLite cannot change a CHECK, so the column is
-- replaced. What was recorded under the name of a vendor's model and came from
-- another server gets its true name after this text (identity.go).
ALTER TABLE annotator ADD COLUMN kind_now TEXT NOT NULL DEFAULT 'model' CHECK (kind_now IN ('simulated', 'rules', 'learned', 'model', 'person'));
UPDATE annotator SET kind_now = kind;
ALTER TABLE annotator DROP COLUMN kind;
ALTER TABLE annotator RENAME COLUMN kind_now TO kind;

DROP INDEX verdict_decision;
ALTER TABLE verdict ADD COLUMN by_kind_now TEXT NOT NULL DEFAULT 'model' CHECK (by_kind_now IN ('simulated', 'rules', 'learned', 'model', 'person'));
UPDATE verdict SET by_kind_now = by_kind;
ALTER TABLE verdict DROP COLUMN by_kind;
ALTER TABLE verdict RENAME COLUMN by_kind_now TO by_kind;
CREATE INDEX verdict_decision ON verdict (reading, figure, type, by_kind, id, decision);

-- build: the server's mark of the configuration that answered
-- (system_fingerprint); NULL if it gave none.
ALTER TABLE request ADD COLUMN build TEXT;
