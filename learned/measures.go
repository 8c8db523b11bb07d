package learned

import (
	_ "embed"
	"encoding/json"
	"sync"

	"mashal"
)

//go:embed measures.json
var embeddedMeasures []byte

// Measures say how good the model is on books that it was not trained on. The command
// learned/gen measures them with the weights that it trains.
type Measures struct {
	Bytes       int                  `json:"bytes"` // of the weights
	Books       []BookMeasures       `json:"books"`
	Genres      []GenreMeasures      `json:"genres"`
	Suggestions []SuggestionMeasures `json:"suggestions"`
}

// BookMeasures are of metaphors in one book, by a model that has seen nothing of it.
// Figures are matched one to one where they share words.
type BookMeasures struct {
	Book      string          `json:"book"`
	Verses    int             `json:"verses"`
	Precision float64         `json:"precision"`
	Recall    float64         `json:"recall"`
	F1        float64         `json:"f1"`
	Kappa     float64         `json:"kappa"` // of verses
	TokenF1   float64         `json:"token_f1"`
	ECE       float64         `json:"ece"`     // of the claims' probabilities
	Offline   OfflineMeasures `json:"offline"` // figures of any type, together with the rules
}

// OfflineMeasures are of figures of any type.
type OfflineMeasures struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// GenreMeasures say how well verses are ranked in books of a genre that the model was not
// trained on.
type GenreMeasures struct {
	Genre     mashal.Genre `json:"genre"`
	Reference string       `json:"reference"`
	Verses    int          `json:"verses"`
	AUC       float64      `json:"auc"` // .5 is chance
}

// SuggestionMeasures are of what is suggested and not claimed.
type SuggestionMeasures struct {
	Type      mashal.Type `json:"type"`
	From      float64     `json:"from"` // the probability from which a figure is suggested
	Precision float64     `json:"precision"`
	Recall    float64     `json:"recall"`
	AUC       float64     `json:"auc"` // of candidates
}

// MeasuresOf returns the measures of the embedded model.
var MeasuresOf = sync.OnceValues(func() (*Measures, error) {
	m := new(Measures)
	return m, json.Unmarshal(embeddedMeasures, m)
})
