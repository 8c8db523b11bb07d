-- What each reading says of each verse that it has done or failed, by the claim of its
-- annotator. A reader (a person, a model) read the verse: without figures, none was found.
-- A matcher (the rules, the learned model) only searched it for patterns: without figures
-- the verse is not marked, which says nothing about it. Verses that are not here were not run.
CREATE VIEW outcomes AS
SELECT
	s.reading,
	s.verse,
	b.name || ' ' || r.chapter || ':' || v.verse AS reference,
	r.annotator,
	r.kind,
	CASE WHEN r.kind IN ('person', 'model', 'simulated') THEN 'reader' ELSE 'matcher' END AS claim,
	CASE
		WHEN s.state = 'failed' THEN 'failed'
		WHEN s.figures > 0 THEN 'figures'
		WHEN r.kind IN ('person', 'model', 'simulated') THEN 'none found'
		ELSE 'not marked'
	END AS outcome,
	s.figures,
	s.failure_kind,
	r.current -- shown by the views "verses" and "figurative_language", which mix annotators
FROM verse_reading s
JOIN reading r ON r.id = s.reading
JOIN verse v ON v.id = s.verse
JOIN book b ON b.id = v.book;
-- Every verse of the chapters that have a reading, as the current reading of its chapter left
-- it. What depends on the reading is NULL where it has not read the verse: where it was not
-- run, and where a matcher marked nothing.
DROP VIEW verses;
CREATE VIEW verses AS
SELECT
	v.id,
	b.name || ' ' || v.chapter || ':' || v.verse AS reference,
	b.name AS book,
	v.chapter,
	v.verse,
	v.hebrew AS hebrew_text,
	v.hebrew_stripped AS hebrew_text_stripped,
	COALESCE(v.hebrew_traditional, v.hebrew) AS hebrew_text_non_sacred,
	v.english AS english_text,
	v.english AS english_text_clean,
	COALESCE(v.english_traditional, v.english) AS english_text_clean_non_sacred,
	COALESCE(v.english_traditional, v.english) AS english_text_non_sacred,
	v.words AS word_count,
	s.failure_reason AS llm_restriction_error,
	s.deliberation AS figurative_detection_deliberation,
	COALESCE(s.deliberation_traditional, s.deliberation) AS figurative_detection_deliberation_non_sacred,
	CASE WHEN s.state = 'done' AND (s.figures > 0 OR r.kind IN ('person', 'model', 'simulated')) THEN s.figures END AS instances_detected,
	CASE WHEN s.state = 'done' AND (s.figures > 0 OR r.kind IN ('person', 'model', 'simulated')) THEN s.figures END AS instances_recovered,
	CASE s.state WHEN 'done' THEN 0 END AS instances_lost_to_truncation,
	CASE WHEN s.failure_kind = 'cut' THEN 'yes' WHEN s.state IS NOT NULL THEN 'no' END AS truncation_occurred,
	CASE WHEN s.state IS NOT NULL THEN 'no' END AS both_models_truncated,
	CASE WHEN s.state IS NOT NULL THEN r.annotator END AS model_used,
	s.at AS processed_at
FROM verse v
JOIN book b ON b.id = v.book
LEFT JOIN reading r ON r.book = v.book AND r.chapter = v.chapter AND r.current
LEFT JOIN verse_reading s ON s.reading = r.id AND s.verse = v.id;
UPDATE meta SET value = '5' WHERE key = 'schema version';
