-- What is said of a figure is found too. The index is made again from the
-- figures, because a full-text table takes no new columns.
DROP TABLE figure_text;

-- Words of figures, as in verse_text, and of what is said about them.
CREATE VIRTUAL TABLE figure_text USING fts5 (
	hebrew_forms, english, explanation, content = 'figure', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO figure_text (figure_text, rank) VALUES ('automerge', 8);
INSERT INTO figure_text (figure_text) VALUES ('rebuild');
UPDATE meta SET value = '2' WHERE key = 'schema version';
