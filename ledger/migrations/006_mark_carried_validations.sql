-- Validations that were copied from an earlier reading before the column carried
-- existed: an earlier reading of the same chapter has the same validation by the
-- same run.
UPDATE validation SET carried = 1
WHERE carried = 0 AND EXISTS (
	SELECT 1 FROM reading r
	JOIN reading b ON b.annotator = r.annotator AND b.book = r.book AND b.chapter = r.chapter AND b.number < r.number
	JOIN validation e ON e.reading = b.id AND e.verse = validation.verse AND e.validator = validation.validator AND e.run = validation.run
	WHERE r.id = validation.reading);
