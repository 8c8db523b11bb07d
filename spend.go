package mashal

// Spend is the number, the tokens and the cost of some calls to models,
// however the calls ended.
type Spend struct {
	Calls     int `json:"requests"`
	Failed    int `json:"failed_requests"`                // calls that ended without a complete answer
	InPart    int `json:"requests_paid_in_part"`          // of these, calls that the program cut: the tokens are those until then
	Estimated int `json:"requests_with_estimated_tokens"` // calls whose tokens the vendor did not count
	Unpriced  int `json:"requests_of_unknown_cost"`       // calls that ended and whose cost is unknown
	Tokens
	Cost Money `json:"cost"` // the sum of all known and estimated costs
}

// Add adds t to s.
func (s *Spend) Add(t Spend) {
	s.Calls += t.Calls
	s.Failed += t.Failed
	s.InPart += t.InPart
	s.Estimated += t.Estimated
	s.Unpriced += t.Unpriced
	s.Tokens.Add(t.Tokens)
	s.Cost += t.Cost
}

// Counted reports whether the tokens of the calls are known. They are unknown
// for calls that were imported, because another program made them.
func (s Spend) Counted() bool {
	return s.Calls == s.Failed || s.Tokens.Total() > 0 || s.Cost != 0 || s.Unpriced > 0
}

// A ChapterSpend is the spend on one chapter, for one purpose, with one model.
type ChapterSpend struct {
	Chapter Chapter
	Purpose Purpose
	Model   string // as Call.Model
	Spend   Spend
}
