-- Kinds of annotators: a simulation is told from a model, and a learned set of
-- rules has a kind of its own. SQLite cannot change a CHECK, so the column is
-- replaced. The name of a simulated annotator ends with "(simulated)", so that
-- whatever names it marks it.
ALTER TABLE reading ADD COLUMN kind_now TEXT NOT NULL DEFAULT 'model' CHECK (kind_now IN ('simulated', 'rules', 'learned', 'model', 'person'));
UPDATE reading SET kind_now = kind, rank = CASE kind WHEN 'rules' THEN 2 WHEN 'model' THEN 4 WHEN 'person' THEN 5 END;
ALTER TABLE reading DROP COLUMN kind;
ALTER TABLE reading RENAME COLUMN kind_now TO kind;
UPDATE meta SET value = '3' WHERE key = 'schema version';
