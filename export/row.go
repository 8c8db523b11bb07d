package export

import (
	"encoding/json"

	"mashal"

	"mashal/concordance/index"
	"mashal/hebrew"
)

// A Row is the row of a figure. Columns have the JSON names of the fields. Unknown
// values are "".
type Row struct {
	// Place of the figure.
	Citation  string  `json:"citation" parquet:"citation"`   // verse and words: "Ps.23.1!3-4"
	Reference string  `json:"reference" parquet:"reference"` // "Psalms 23:1"
	Book      string  `json:"book" parquet:"book,dict"`      // English name
	Chapter   int32   `json:"chapter" parquet:"chapter"`     // Hebrew numbering, like the verse
	Verse     int32   `json:"verse" parquet:"verse"`
	Words     string  `json:"words" parquet:"words"`              // ranges of word numbers from 1: "3-5,8"; "" if unanchored
	Grounding string  `json:"grounding" parquet:"grounding,dict"` // of the words
	Score     float64 `json:"score" parquet:"score"`              // of an aligned span, 0 to 1

	Hebrew       string `json:"hebrew" parquet:"hebrew"` // of the figure; parts are joined by " ... "
	English      string `json:"english" parquet:"english"`
	VerseHebrew  string `json:"verse_hebrew" parquet:"verse_hebrew"`
	VerseEnglish string `json:"verse_english" parquet:"verse_english"`

	// Description of the figure.
	Types    []string `json:"types" parquet:"types,list"`       // after all verdicts; empty if the figure is rejected
	Detected []string `json:"detected" parquet:"detected,list"` // types given by the annotator
	Subtype  string   `json:"subtype" parquet:"subtype,dict"`
	Standing string   `json:"standing" parquet:"standing,dict"` // "claimed"; "conventional" and "suggestion" do not count

	Target          string `json:"target" parquet:"target"` // the specific level
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
	Confidence   float64         `json:"confidence" parquet:"confidence"`            // 0 to 1
	ConfidenceOf string          `json:"confidence_of" parquet:"confidence_of,dict"` // what it is: "precision of the rule", "calibrated probability", "higher of rule and probability" or "estimate of the annotator"
	Speaker      string          `json:"speaker" parquet:"speaker,dict"`
	Purpose      string          `json:"purpose" parquet:"purpose,dict"`
	Verdicts     json.RawMessage `json:"verdicts" parquet:"verdicts,json"` // list of verdicts in the order in which they apply

	// Origin of the figure.
	Annotator        string `json:"annotator" parquet:"annotator,dict"`           // "rules", "vendor:model", a person
	AnnotatorKind    string `json:"annotator_kind" parquet:"annotator_kind,dict"` // "rules", "model", "person"
	AnnotatorVersion string `json:"annotator_version" parquet:"annotator_version,dict"`
	Source           string `json:"source" parquet:"source,dict"`           // part of the annotator, such as the name of a rule
	Run              string `json:"run" parquet:"run,dict"`                 // latest run that worked on the reading
	Reading          int64  `json:"reading" parquet:"reading"`              // ID of the reading
	Current          bool   `json:"current" parquet:"current"`              // the reading is the current one
	FinishedAt       string `json:"finished_at" parquet:"finished_at,dict"` // when the verse was annotated; UTC, "2006-01-02 15:04:05"
	Concordance      string `json:"concordance" parquet:"concordance,dict"` // version of the concordance
}

// fill sets the row to a figure.
func (r *Row) fill(s *index.Snapshot, h *index.Hit, traditional bool) {
	said := func(prose string) string { return prose }
	if traditional {
		said = hebrew.TraditionalProse
	}
	f := h.Figure
	reading, _ := s.Reading(f.Reading) // every figure has a reading
	*r = Row{
		Citation: f.Citation, Reference: h.Ref.String(), Book: h.Book, Chapter: int32(h.Chapter), Verse: int32(h.Verse),
		Words: f.Words, Grounding: string(f.Grounding), Score: f.Score,
		Hebrew: f.Hebrew, English: f.English, VerseHebrew: h.Hebrew.String(), VerseEnglish: h.English.String(),
		Types: names(f.Types), Detected: names(f.Detected), Subtype: said(f.Subtype), Standing: f.Standing.String(),
		Target: said(f.Target.Specific), TargetCategory: said(f.Target.Category), TargetDomain: said(f.Target.Domain),
		Vehicle: said(f.Vehicle.Specific), VehicleCategory: said(f.Vehicle.Category), VehicleDomain: said(f.Vehicle.Domain),
		Ground: said(f.Ground.Specific), GroundCategory: said(f.Ground.Category), GroundDomain: said(f.Ground.Domain),
		Posture: said(f.Posture.Specific), PostureCategory: said(f.Posture.Category), PostureDomain: said(f.Posture.Domain),
		Explanation: said(f.Explanation), Confidence: f.Confidence, ConfidenceOf: string(f.ConfidenceOf), Speaker: said(f.Speaker), Purpose: said(f.Purpose),
		Verdicts: verdicts(f.Verdicts, said), Annotator: reading.Annotator, AnnotatorKind: string(reading.Kind), AnnotatorVersion: reading.Version,
		Source: f.Source, Run: reading.Run, Reading: reading.ID, Current: reading.Current, FinishedAt: f.At, Concordance: s.Version(),
	}
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
