-- The standing of a figure, which says whether it counts, is no subtype: a conventional
-- synecdoche has both. The view leaves out figures that do not count, so that its rows
-- are claims; verse_reading.figures does too.
ALTER TABLE figure ADD COLUMN standing TEXT NOT NULL DEFAULT 'claimed' CHECK (standing IN ('claimed', 'conventional', 'suggestion'));
UPDATE figure SET standing = subtype, subtype = NULL WHERE subtype IN ('conventional', 'suggestion');
DROP VIEW figurative_language;
CREATE VIEW figurative_language AS
SELECT
	f.id,
	f.verse AS verse_id,
	b.name AS book,
	r.chapter,
	v.verse,
	'yes' AS figurative_language,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'simile' AND t.detected) THEN 'yes' ELSE 'no' END AS simile,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'metaphor' AND t.detected) THEN 'yes' ELSE 'no' END AS metaphor,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'personification' AND t.detected) THEN 'yes' ELSE 'no' END AS personification,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'idiom' AND t.detected) THEN 'yes' ELSE 'no' END AS idiom,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'hyperbole' AND t.detected) THEN 'yes' ELSE 'no' END AS hyperbole,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'metonymy' AND t.detected) THEN 'yes' ELSE 'no' END AS metonymy,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'other' AND t.detected) THEN 'yes' ELSE 'no' END AS other,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final) THEN 'yes' ELSE 'no' END AS final_figurative_language,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'simile' AND t.final) THEN 'yes' ELSE 'no' END AS final_simile,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'metaphor' AND t.final) THEN 'yes' ELSE 'no' END AS final_metaphor,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'personification' AND t.final) THEN 'yes' ELSE 'no' END AS final_personification,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'idiom' AND t.final) THEN 'yes' ELSE 'no' END AS final_idiom,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'hyperbole' AND t.final) THEN 'yes' ELSE 'no' END AS final_hyperbole,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'metonymy' AND t.final) THEN 'yes' ELSE 'no' END AS final_metonymy,
	CASE WHEN EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.type = 'other' AND t.final) THEN 'yes' ELSE 'no' END AS final_other,
	COALESCE((SELECT CASE WHEN t.domain <> '' THEN json_array(t.specific, t.category, t.domain) WHEN t.category <> '' THEN json_array(t.specific, t.category) ELSE json_array(t.specific) END
		FROM figure_tag t WHERE t.figure = f.id AND t.side = 'target'), '[]') AS target,
	COALESCE((SELECT CASE WHEN t.domain <> '' THEN json_array(t.specific, t.category, t.domain) WHEN t.category <> '' THEN json_array(t.specific, t.category) ELSE json_array(t.specific) END
		FROM figure_tag t WHERE t.figure = f.id AND t.side = 'vehicle'), '[]') AS vehicle,
	COALESCE((SELECT CASE WHEN t.domain <> '' THEN json_array(t.specific, t.category, t.domain) WHEN t.category <> '' THEN json_array(t.specific, t.category) ELSE json_array(t.specific) END
		FROM figure_tag t WHERE t.figure = f.id AND t.side = 'ground'), '[]') AS ground,
	COALESCE((SELECT CASE WHEN t.domain <> '' THEN json_array(t.specific, t.category, t.domain) WHEN t.category <> '' THEN json_array(t.specific, t.category) ELSE json_array(t.specific) END
		FROM figure_tag t WHERE t.figure = f.id AND t.side = 'posture'), '[]') AS posture,
	f.confidence,
	f.english AS figurative_text,
	COALESCE(f.english_traditional, f.english) AS figurative_text_non_sacred,
	f.hebrew AS figurative_text_in_hebrew,
	f.hebrew_stripped AS figurative_text_in_hebrew_stripped,
	COALESCE(f.hebrew_traditional, f.hebrew) AS figurative_text_in_hebrew_non_sacred,
	f.explanation,
	f.speaker,
	f.purpose,
	NULL AS tagging_analysis_deliberation,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'simile' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_simile,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'metaphor' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_metaphor,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'personification' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_personification,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'idiom' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_idiom,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'hyperbole' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_hyperbole,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'metonymy' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_metonymy,
	(SELECT upper(d.decision) FROM verdict d WHERE d.figure = f.id AND d.type = 'other' ORDER BY d.ordinal DESC LIMIT 1) AS validation_decision_other,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'simile' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_simile,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'metaphor' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_metaphor,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'personification' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_personification,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'idiom' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_idiom,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'hyperbole' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_hyperbole,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'metonymy' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_metonymy,
	(SELECT d.reason FROM verdict d WHERE d.figure = f.id AND d.type = 'other' ORDER BY d.ordinal DESC LIMIT 1) AS validation_reason_other,
	NULL AS validation_response,
	NULL AS validation_error,
	r.annotator AS model_used,
	s.at AS processed_at
FROM figure f
JOIN reading r ON r.id = f.reading AND r.current
JOIN verse v ON v.id = f.verse
JOIN book b ON b.id = r.book
JOIN verse_reading s ON s.reading = f.reading AND s.verse = f.verse
WHERE f.standing = 'claimed';
UPDATE meta SET value = '6' WHERE key = 'schema version';
