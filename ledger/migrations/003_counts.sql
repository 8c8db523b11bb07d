-- What the page of a run counts, of the whole Bible in milliseconds: each index
-- holds all that its count reads, so that no row is looked at. An index that
-- the new one begins like is no longer needed.

-- Where the verses of a run stand. The reading comes before what is counted, so
-- that what is asked of a run in one reading is found here too.
CREATE INDEX verse_state ON verse (run, reading, state, carried, verse);
DROP INDEX verse_run;

-- What has been judged of the figures.
CREATE INDEX figure_types ON figure (reading, verse, id, types);
CREATE INDEX verdict_decision ON verdict (reading, figure, type, by_kind, id, decision);
DROP INDEX verdict_figure;

-- What was spent, without the answers, which lie in the same rows.
CREATE INDEX request_spent ON request (attempt, purpose, model, outcome, ended_at, input, cached, cache_write, output, reasoning, reported, cost);
DROP INDEX request_attempt;
CREATE INDEX request_damaged ON request (attempt) WHERE damage IS NOT NULL;
