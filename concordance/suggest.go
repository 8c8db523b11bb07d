package concordance

// A Kind is what a suggestion is.
type Kind string

// The kinds, in the order in which suggestions of equal worth are given.
const (
	KindBook     Kind = "book"
	KindLemma    Kind = "lemma"   // Value is a Strong's number
	KindHebrew   Kind = "hebrew"  // a form in the text
	KindEnglish  Kind = "english" // a word in the text
	KindTarget   Kind = "target"
	KindVehicle  Kind = "vehicle"
	KindGround   Kind = "ground"
	KindPosture  Kind = "posture"
	KindCategory Kind = "category" // of any side
	KindDomain   Kind = "domain"
	KindSpeaker  Kind = "speaker"
	KindSubtype  Kind = "subtype"
)

// A Suggestion is what someone who types may mean.
type Suggestion struct {
	Kind  Kind   `json:"kind"`
	Value string `json:"value"` // for the filter
	Label string `json:"label"` // for people
	Count int    `json:"count"` // words of the text, verses of the book, figures in current readings
}

// Suggest gives at most limit suggestions for what was typed so far, of the
// given kinds, or of all: what begins with it before what has a word that
// does, and the commonest first, with each kind in its turn.
func (s *Snapshot) Suggest(typed string, limit int, kinds ...Kind) []Suggestion { return nil }
