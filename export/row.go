package export

import (
	"encoding/json"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/reference"
)

// A Row is the row of a figure. Figures describes its columns, which have the JSON names of
// the fields. Unknown values are "".
type Row struct {
	// Place of the figure.
	Citation         string  `json:"citation" parquet:"citation"`
	Reference        string  `json:"reference" parquet:"reference"`
	Book             string  `json:"book" parquet:"book,dict"`
	Chapter          int32   `json:"chapter" parquet:"chapter"`
	Verse            int32   `json:"verse" parquet:"verse"`
	OSIS             string  `json:"osis" parquet:"osis"`
	EnglishReference string  `json:"english_reference" parquet:"english_reference"`
	BookNumber       int32   `json:"book_number" parquet:"book_number"`
	Section          string  `json:"section" parquet:"section,dict"`
	Genre            string  `json:"genre" parquet:"genre,dict"`
	Period           string  `json:"period" parquet:"period,dict"`
	Words            string  `json:"words" parquet:"words"`
	WordCount        int32   `json:"word_count" parquet:"word_count"`
	Grounding        string  `json:"grounding" parquet:"grounding,dict"`
	Score            float64 `json:"score" parquet:"score"`

	Hebrew          string   `json:"hebrew" parquet:"hebrew"`
	HebrewUnpointed string   `json:"hebrew_unpointed" parquet:"hebrew_unpointed"`
	Lemmas          []string `json:"lemmas" parquet:"lemmas,list"`
	Strongs         []string `json:"strongs" parquet:"strongs,list"`
	English         string   `json:"english" parquet:"english"`
	VerseHebrew     string   `json:"verse_hebrew" parquet:"verse_hebrew"`
	VerseEnglish    string   `json:"verse_english" parquet:"verse_english"`

	// Description of the figure.
	Types    []string `json:"types" parquet:"types,list"`
	Detected []string `json:"detected" parquet:"detected,list"`
	Subtype  string   `json:"subtype" parquet:"subtype,dict"`
	Standing string   `json:"standing" parquet:"standing,dict"`

	Target          string `json:"target" parquet:"target"`
	TargetCategory  string `json:"target_category" parquet:"target_category,dict"`
	TargetDomain    string `json:"target_domain" parquet:"target_domain,dict"`
	Vehicle         string `json:"vehicle" parquet:"vehicle"`
	VehicleCategory string `json:"vehicle_category" parquet:"vehicle_category,dict"`
	VehicleDomain   string `json:"vehicle_domain" parquet:"vehicle_domain,dict"`
	Ground          string `json:"ground" parquet:"ground"`
	GroundCategory  string `json:"ground_category" parquet:"ground_category,dict"`
	GroundDomain    string `json:"ground_domain" parquet:"ground_domain,dict"`
	Posture         string `json:"posture" parquet:"posture"`
	PostureCategory string `json:"posture_category" parquet:"posture_category,dict"`
	PostureDomain   string `json:"posture_domain" parquet:"posture_domain,dict"`

	Explanation  string          `json:"explanation" parquet:"explanation"`
	Confidence   float64         `json:"confidence" parquet:"confidence"`
	ConfidenceOf string          `json:"confidence_of" parquet:"confidence_of,dict"`
	Speaker      string          `json:"speaker" parquet:"speaker,dict"`
	Purpose      string          `json:"purpose" parquet:"purpose,dict"`
	Verdicts     json.RawMessage `json:"verdicts" parquet:"verdicts,json"`

	// Origin of the figure.
	Annotator        string `json:"annotator" parquet:"annotator,dict"`
	AnnotatorKind    string `json:"annotator_kind" parquet:"annotator_kind,dict"`
	AnnotatorVersion string `json:"annotator_version" parquet:"annotator_version,dict"`
	Source           string `json:"source" parquet:"source,dict"`
	Run              string `json:"run" parquet:"run,dict"`
	Reading          int64  `json:"reading" parquet:"reading"`
	Current          bool   `json:"current" parquet:"current"`
	FinishedAt       string `json:"finished_at" parquet:"finished_at,dict"`
	Concordance      string `json:"concordance" parquet:"concordance,dict"`
}

// fill sets the row to a figure.
func (r *Row) fill(s *index.Snapshot, h *index.Hit, traditional bool) error {
	said := func(prose string) string { return prose }
	if traditional {
		said = hebrew.TraditionalProse
	}
	f := h.Figure
	reading, _ := s.Reading(f.Reading) // every figure has a reading
	lemmas, err := s.LemmasOf(h.Ref, f.Words)
	if err != nil {
		return err
	}
	*r = Row{
		Citation: f.Citation, Reference: h.Ref.String(), Book: h.Book, Chapter: int32(h.Chapter), Verse: int32(h.Verse),
		OSIS: h.Ref.OSIS(), EnglishReference: inEnglishNumbers(h.Ref), BookNumber: int32(h.Ref.Book), Section: h.Ref.Book.Section().String(),
		Genre: string(mashal.GenreOf(h.Ref.Chapter)), Period: string(index.PeriodOf(h.Ref)),
		Words: AsCited(f.Words), WordCount: int32(len(lemmas)), Grounding: string(f.Grounding), Score: f.Score,
		Hebrew: f.Hebrew, HebrewUnpointed: unpointed(f.Hebrew), Lemmas: []string{}, Strongs: []string{},
		English: f.English, VerseHebrew: h.Hebrew.String(), VerseEnglish: h.English.String(),
		Types: names(f.Types), Detected: names(f.Detected), Subtype: said(f.Subtype), Standing: f.Standing.String(),
		Target: said(f.Target.Specific), TargetCategory: said(f.Target.Category), TargetDomain: said(f.Target.Domain),
		Vehicle: said(f.Vehicle.Specific), VehicleCategory: said(f.Vehicle.Category), VehicleDomain: said(f.Vehicle.Domain),
		Ground: said(f.Ground.Specific), GroundCategory: said(f.Ground.Category), GroundDomain: said(f.Ground.Domain),
		Posture: said(f.Posture.Specific), PostureCategory: said(f.Posture.Category), PostureDomain: said(f.Posture.Domain),
		Explanation: said(f.Explanation), Confidence: f.Confidence, ConfidenceOf: string(f.ConfidenceOf), Speaker: said(f.Speaker), Purpose: said(f.Purpose),
		Verdicts: verdicts(f.Verdicts, said), Annotator: reading.Annotator, AnnotatorKind: string(reading.Kind), AnnotatorVersion: reading.Version,
		Source: f.Source, Run: reading.Run, Reading: reading.ID, Current: reading.Current, FinishedAt: inUTC(f.At), Concordance: s.Version(),
	}
	for _, l := range lemmas {
		r.Lemmas, r.Strongs = append(r.Lemmas, said(l.Pointed)), append(r.Strongs, Strong(l))
	}
	return nil
}

// AsCited returns word ranges as in a citation, where an exclamation mark stands before them:
// spreadsheets take "6-9" for a date.
func AsCited(words string) string {
	if words == "" {
		return ""
	}
	return "!" + words
}

// inEnglishNumbers returns the reference of a verse in English Bibles.
func inEnglishNumbers(ref mashal.Ref) string {
	var parts []string
	for _, e := range reference.InEnglish(ref) {
		parts = append(parts, e.String())
	}
	return strings.Join(parts, separator)
}

// Strong returns the Strong's number of a lemma, with the letter that OSHB adds: "H7462b". A
// word that is only a prefix has the letter alone.
func Strong(l *lexicon.Lemma) string {
	name := strings.ReplaceAll(strings.TrimSuffix(l.Strong, "+"), " ", "")
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		return "H" + name
	}
	return name
}

// inUTC returns a time of the concordance in the format of RFC 3339, which spreadsheets keep
// as it is.
func inUTC(at string) string {
	if at == "" {
		return ""
	}
	return strings.Replace(at, " ", "T", 1) + "Z"
}

func names(types []mashal.Type) []string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = string(t)
	}
	return list
}

func verdicts(all []mashal.Verdict, said func(string) string) json.RawMessage {
	list := make([]mashal.Verdict, len(all))
	for i, v := range all {
		list[i] = v
		list[i].Reason = said(v.Reason)
	}
	return inJSON(list)
}
