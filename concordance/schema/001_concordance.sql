-- The concordance: what people read. It is derived from the ledger and is
-- never the only place where anything is kept.
--
-- Everything here is read by the sqlite3 program from version 3.40 on: no
-- JSONB, no functions of our own. "hebrew" is pointed and accented, with the
-- qere in the line; "_stripped" is without points and accents; "_traditional"
-- has the divine names altered and is NULL where that makes no difference.

-- What this file is, where its texts come from, and what using them requires.
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE book (
	id       INTEGER PRIMARY KEY, -- 1 to 39, in the order of the Hebrew canon
	osis     TEXT NOT NULL UNIQUE, -- "Ezek"
	name     TEXT NOT NULL UNIQUE, -- "Ezekiel"
	hebrew   TEXT NOT NULL,
	section  TEXT NOT NULL,        -- "Torah", "Nevi'im", "Ketuvim"
	chapters INTEGER NOT NULL,     -- in the whole book, read or not
	verses   INTEGER NOT NULL
);

-- The text of the chapters that have been read.
CREATE TABLE verse (
	id                  INTEGER PRIMARY KEY, -- 1 to 23213, in the order of the canon
	book                INTEGER NOT NULL REFERENCES book,
	chapter             INTEGER NOT NULL,    -- Hebrew numbering
	verse               INTEGER NOT NULL,
	words               INTEGER NOT NULL,    -- Hebrew words
	hebrew              TEXT NOT NULL,
	hebrew_stripped     TEXT NOT NULL,
	hebrew_traditional  TEXT,
	hebrew_forms        TEXT NOT NULL, -- per word its letters, with and without prefixes: והארץ/הארץ/ארץ
	english             TEXT NOT NULL, -- World English Bible; '' where a verse has none of its own
	english_traditional TEXT,
	UNIQUE (book, chapter, verse)
);

-- What one annotator found in one chapter.
CREATE TABLE reading (
	id          INTEGER PRIMARY KEY, -- as in the ledger
	book        INTEGER NOT NULL REFERENCES book,
	chapter     INTEGER NOT NULL,
	annotator   TEXT NOT NULL,       -- "rules", "vendor:model", a person's name
	kind        TEXT NOT NULL CHECK (kind IN ('rules', 'model', 'person')),
	rank        INTEGER NOT NULL,    -- of the kind: a higher one is current before a lower one
	version     TEXT NOT NULL,       -- of the annotator
	fingerprint TEXT NOT NULL,       -- of all that can change what it finds
	number      INTEGER NOT NULL,    -- the annotator's first reading of the chapter is 1
	run         TEXT NOT NULL,       -- the run that last worked on it
	revision    INTEGER NOT NULL,    -- as in the ledger; grows whenever the reading changes
	current     INTEGER NOT NULL DEFAULT 0 CHECK (current IN (0, 1)) -- shown by the views
);
CREATE INDEX reading_of_chapter ON reading (book, chapter);
CREATE UNIQUE INDEX reading_current ON reading (book, chapter) WHERE current;

-- How a verse came to its end in a reading. A verse that is not here has not
-- been read; one that is done without figures has.
CREATE TABLE verse_reading (
	reading                  INTEGER NOT NULL REFERENCES reading,
	verse                    INTEGER NOT NULL REFERENCES verse,
	state                    TEXT NOT NULL CHECK (state IN ('done', 'failed')),
	figures                  INTEGER NOT NULL,
	failure_kind             TEXT, -- one word for programs
	failure_reason           TEXT, -- a sentence for people
	deliberation             TEXT,
	deliberation_traditional TEXT,
	at                       TEXT NOT NULL, -- UTC, "2006-01-02 15:04:05"
	PRIMARY KEY (reading, verse),
	CHECK ((state = 'failed') = (failure_kind IS NOT NULL)),
	CHECK (state = 'done' OR figures = 0)
) WITHOUT ROWID;

CREATE TABLE figure (
	id                          INTEGER PRIMARY KEY, -- reading * 1000000 + number of the verse * 1000 + ordinal
	reading                     INTEGER NOT NULL REFERENCES reading,
	verse                       INTEGER NOT NULL REFERENCES verse,
	ordinal                     INTEGER NOT NULL, -- in the verse, from 1
	citation                    TEXT NOT NULL,    -- "Isa.5.1!3-4": stays when its types change
	words                       TEXT NOT NULL,    -- word ranges in the verse, from 1: "3-5,8"; '' if unanchored
	grounding                   TEXT NOT NULL CHECK (grounding IN ('exact', 'normalised', 'aligned', 'unanchored')),
	score                       REAL NOT NULL,    -- of an aligned span
	hebrew                      TEXT NOT NULL,    -- parts joined by " ... "; '' if unanchored
	hebrew_stripped             TEXT NOT NULL,
	hebrew_traditional          TEXT,
	hebrew_forms                TEXT NOT NULL,
	hebrew_place                TEXT NOT NULL,    -- character ranges in verse.hebrew, from 1, as in "words"
	hebrew_traditional_place    TEXT,             -- in verse.hebrew_traditional, where there is one
	english                     TEXT NOT NULL,    -- parts joined by " ... "
	english_traditional         TEXT,
	english_place               TEXT NOT NULL,    -- character ranges in verse.english; '' if the words are not there
	english_traditional_place   TEXT,
	subtype                     TEXT,
	explanation                 TEXT,
	confidence                  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
	speaker                     TEXT,
	purpose                     TEXT,
	source                      TEXT -- what in the annotator found it, such as a rule
);
CREATE INDEX figure_of_verse ON figure (verse, reading);

-- The types of a figure: as the annotator decided, and after all verdicts.
CREATE TABLE figure_type (
	figure   INTEGER NOT NULL REFERENCES figure,
	type     TEXT NOT NULL CHECK (type IN ('metaphor', 'simile', 'personification', 'idiom', 'hyperbole', 'metonymy', 'other')),
	detected INTEGER NOT NULL CHECK (detected IN (0, 1)),
	final    INTEGER NOT NULL CHECK (final IN (0, 1)),
	PRIMARY KEY (figure, type)
) WITHOUT ROWID;

-- What a figure is about, each side on three levels from specific to general.
CREATE TABLE figure_tag (
	figure   INTEGER NOT NULL REFERENCES figure,
	side     TEXT NOT NULL CHECK (side IN ('target', 'vehicle', 'ground', 'posture')),
	specific TEXT NOT NULL,
	category TEXT NOT NULL,
	domain   TEXT NOT NULL,
	PRIMARY KEY (figure, side)
) WITHOUT ROWID;

-- Verdicts on the types of a figure, in the order in which they count: of
-- several on one type the last one does. A type without any is not validated.
CREATE TABLE verdict (
	figure   INTEGER NOT NULL REFERENCES figure,
	ordinal  INTEGER NOT NULL,
	type     TEXT NOT NULL,
	decision TEXT NOT NULL CHECK (decision IN ('valid', 'invalid', 'reclassified')),
	to_type  TEXT, -- if reclassified
	reason   TEXT,
	by       TEXT NOT NULL,
	PRIMARY KEY (figure, ordinal)
) WITHOUT ROWID;

-- Words of verses and of figures: Hebrew letters with and without prefixes,
-- English by its stems. A segment is merged when it has eight neighbours,
-- which halves the cost of many small transactions.
CREATE VIRTUAL TABLE verse_text USING fts5 (
	hebrew_forms, english, content = 'verse', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO verse_text (verse_text, rank) VALUES ('automerge', 8);
CREATE VIRTUAL TABLE figure_text USING fts5 (
	hebrew_forms, english, content = 'figure', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO figure_text (figure_text, rank) VALUES ('automerge', 8);

-- Every verse of the chapters that have been read, as the current reading of
-- its chapter left it. Where that reading has not read a verse, what depends
-- on it is NULL.
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
	CASE s.state WHEN 'done' THEN s.figures END AS instances_detected,
	CASE s.state WHEN 'done' THEN s.figures END AS instances_recovered,
	CASE s.state WHEN 'done' THEN 0 END AS instances_lost_to_truncation,
	CASE WHEN s.failure_kind = 'cut' THEN 'yes' WHEN s.state IS NOT NULL THEN 'no' END AS truncation_occurred,
	CASE WHEN s.state IS NOT NULL THEN 'no' END AS both_models_truncated,
	CASE WHEN s.state IS NOT NULL THEN r.annotator END AS model_used,
	s.at AS processed_at
FROM verse v
JOIN book b ON b.id = v.book
LEFT JOIN reading r ON r.book = v.book AND r.chapter = v.chapter AND r.current
LEFT JOIN verse_reading s ON s.reading = r.id AND s.verse = v.id;

-- The figures of the current readings, one row each. The final_ columns are
-- what remains after all verdicts; a type on which there is no verdict has no
-- decision (NULL), which is not the same as having been found invalid.
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
JOIN verse_reading s ON s.reading = f.reading AND s.verse = f.verse;
