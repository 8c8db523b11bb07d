package export

import (
	"slices"

	"mashal"
)

// Figures is the table of figures.
var Figures = newTable[Row]("figures", "A row is a figure of speech that an annotator found in a verse.", []string{"citation", "reading"}, slices.Concat(
	[]Column{
		{Name: "citation", About: "Permanent name of the figure: its verse and, after an exclamation mark, its words, as in \"Ps.23.1!3-4\"."},
		place["reference"], place["book"], place["chapter"], place["verse"],
		place["osis"], place["english_reference"], place["book_number"], place["section"], place["genre"], place["period"],
		{Name: "words", About: "Words of the figure as ranges of word numbers of the Hebrew verse, from 1, after an exclamation mark: \"!3-5,8\". The mark keeps spreadsheets from taking 6-9 for a date.", Missing: "unanchored"},
		{Name: "word_count", About: "Number of Hebrew words of the figure.", Unit: "Hebrew words", Min: number(0)},
		{Name: "grounding", About: "How the words were found in the verse: as quoted, without regard to points, aligned with a score, or not.", Values: []string{string(mashal.Exact), string(mashal.Normalised), string(mashal.Aligned), string(mashal.Unanchored)}},
		{Name: "score", About: "How well the words agree with the quotation: 1 if exact or normalised, less if aligned, 0 if unanchored.", Min: number(0), Max: number(1)},
		{Name: "hebrew", About: "Hebrew of the figure, with points and accents. Parts that are not adjacent are joined by \" ... \".", Missing: "unanchored"},
		{Name: "hebrew_unpointed", About: "The same for searches: its words without points and accents, separated by single spaces, with \" ... \" between parts that are not adjacent. A maqqef is a space; sof pasuq, paseq and the marks of paragraphs are left out.", Missing: "unanchored"},
		{Name: "lemmas", About: "Citation form of the lemma of each Hebrew word of the figure, in order.", Missing: "unanchored"},
		{Name: "strongs", About: "Strong's number of each of these lemmas, in the same order: \"H7462b\". The small letter is the one by which OSHB tells homonyms apart. A word that is only a prefix with a suffix has a letter instead of a number.", Missing: "unanchored"},
		{Name: "english", About: "English of the figure, as the annotator quotes it or as aligned.", Missing: "not known"},
		{Name: "verse_hebrew", About: "Hebrew of the verse: Westminster Leningrad Codex, qere in the line."},
		{Name: "verse_english", About: "English of the verse: World English Bible.", Missing: "another verse has the translation"},
		{Name: "types", About: "Types of the figure after all verdicts.", Values: texts(mashal.Types), Missing: "verdicts rejected all types"},
		{Name: "detected", About: "Types as the annotator gave them, before any verdict.", Values: texts(mashal.Types)},
		{Name: "subtype", About: "Finer type, such as anthropomorphism.", Missing: "none given"},
		{Name: "standing", About: "Whether the figure counts: only a claimed one does. A conventional one is a dead metaphor or a formula, a suggestion is a lead that the annotator does not claim. Both are written only if --standing asks for them.", Values: mashal.StandingNames},
	},
	tagColumns("target", "The thing that is described (the tenor)."),
	tagColumns("vehicle", "The image that describes the target."),
	tagColumns("ground", "What target and vehicle have in common."),
	tagColumns("posture", "Attitude of the figure to its target."),
	[]Column{
		{Name: "explanation", About: "Why the annotator takes the words as a figure.", Missing: "none given"},
		{Name: "confidence", About: "How sure the figure is; confidence_of says what the number is.", Unit: "share, 0 to 1", Min: number(0), Max: number(1)},
		{Name: "confidence_of", About: "What the confidence is: the precision of a rule as measured, a calibrated probability, the higher of the two, or the annotator's own estimate.", Values: texts([]mashal.ConfidenceKind{mashal.RulePrecision, mashal.Probability, mashal.HigherOfBoth, mashal.OwnEstimate})},
		{Name: "speaker", About: "Who speaks the figure.", Missing: "not named"},
		{Name: "purpose", About: "What the figure is for.", Missing: "not named"},
		{Name: "verdicts", About: "Decisions of validators and people on the types, in the order in which they apply: objects with type, decision, to, reason and by."},
		origin["annotator"], origin["annotator_kind"], origin["annotator_version"],
		{Name: "source", About: "Part of the annotator that found the figure, such as the name of a rule.", Missing: "the annotator has no parts"},
		origin["run"], origin["reading"], origin["current"], origin["finished_at"], origin["concordance"],
	},
))

// Verses is the table of verses.
var Verses = newTable[VerseRow]("verses", "A row is a verse in the reading of one annotator, with figures or without; a verse that no chosen reading has is a row too.", nil, slices.Concat(
	[]Column{
		place["osis"], place["reference"], place["english_reference"], place["book"], place["chapter"], place["verse"],
		place["book_number"], place["section"], place["genre"], place["period"],
		{Name: "verse_hebrew", About: "Hebrew of the verse: Westminster Leningrad Codex, qere in the line."},
		{Name: "verse_hebrew_unpointed", About: "The same for searches: its words without points and accents, separated by single spaces. A maqqef is a space; sof pasuq, paseq and the marks of paragraphs are left out."},
		{Name: "verse_english", About: "English of the verse: World English Bible.", Missing: "another verse has the translation"},
		{Name: "state", About: "What the reading says of the verse, whatever figures were chosen. \"none found\" is a statement of a reader; \"not marked\" says only that no pattern of a matcher matched; \"none left\" that verdicts rejected all figures.", Values: texts(mashal.Outcomes)},
		{Name: "read", About: "1 if a reader (a person or a model) read the verse. Only over these verses a share of verses means anything. 0 if a matcher searched it, if it failed, or if it was not run.", Values: []string{"0", "1"}, Min: number(0), Max: number(1)},
		{Name: "words", About: "Number of Hebrew words of the verse.", Unit: "Hebrew words", Min: number(1)},
		{Name: "figures", About: "Number of figures that were found and have a type left after all verdicts, of those that the conditions of the export choose.", Unit: "figures", Min: number(0), Missing: "failed or not run"},
	},
	typeColumns(),
	[]Column{
		{Name: "failure", About: "Why the verse failed, in one word.", Missing: "it did not fail"},
		{Name: "failure_reason", About: "Why the verse failed, in a sentence.", Missing: "it did not fail"},
	},
	ofReading(origin["annotator"], origin["annotator_kind"]),
	ofReading(Column{Name: "annotator_claim", About: "What the annotator's silence means: a reader states that there is no figure, a matcher states nothing.", Values: []string{string(mashal.ByReader), string(mashal.ByMatcher)}}),
	ofReading(origin["annotator_version"], origin["run"], origin["reading"], origin["current"]),
	[]Column{
		{Name: "finished_at", About: origin["finished_at"].About, Missing: "not run"},
		origin["concordance"],
	},
))

// typeColumns describes the columns of types of the table of verses.
func typeColumns() []Column {
	var columns []Column
	for _, t := range mashal.Types {
		columns = append(columns, Column{
			Name: string(t), About: "1 if the verse has a figure of the type " + string(t) + ", after all verdicts, of those that the conditions of the export choose; 0 if a reader read it and found none at all.",
			Values: []string{"0", "1"}, Min: number(0), Max: number(1),
			Missing: "not known: the conditions leave out figures of the type, a matcher searched the verse and marked none, or it failed, or it was not run",
		})
	}
	return columns
}

// ofReading returns columns that are missing where no chosen reading has the verse.
func ofReading(columns ...Column) []Column {
	for i := range columns {
		columns[i].Missing = "no chosen reading has the chapter"
	}
	return columns
}
