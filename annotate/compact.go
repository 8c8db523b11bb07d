package annotate

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/salvage"
)

// The compact form of answers, which prompts ask for. It says what the long form
// says in three quarters of the tokens: a key or a nested list costs three tokens,
// and a figure had fourteen keys.

// compactVerse is a verse in an answer with figures. Notes are the deliberation.
type compactVerse struct {
	Verse int             `json:"verse"`
	Notes string          `json:"notes,omitempty"`
	Found []compactFigure `json:"found"`
}

// compactFigure is a figure in an answer. Is has types, words and confidence:
// "met,irony 3-5,8 80". Tags are target, vehicle, ground and posture, each with its
// category: "rule: the king of Tyre". How is the explanation.
type compactFigure struct {
	Is      string   `json:"is"`
	Tags    []string `json:"tags"`
	How     string   `json:"how"`
	Speaker string   `json:"speaker"`
	Purpose string   `json:"purpose"`
}

// compactVerdicts is a verse in an answer with verdicts. Is has a string for each
// figure: "met,none: two domains are compared".
type compactVerdicts struct {
	Verse int      `json:"verse"`
	Is    []string `json:"is"`
}

// tagLists are the lists of the categories of a figure's tags, in their order.
var tagLists = [4]List{Kinds, Kinds, Grounds, Postures}

var (
	notesField = salvage.Field{Name: "notes", Value: prose}
	foundField = salvage.Field{Name: "found", Value: salvage.Array{Max: 40, Of: salvage.Object{Ordered: true, Fields: []salvage.Field{
		{Name: "is", Value: salvage.Text{Min: 1, Max: 200, Check: checkClaim, Adapt: adaptClaim}},
		{Name: "tags", Value: salvage.Array{Min: 4, Max: 4, Of: salvage.Text{Min: 1, Max: 4 << 10, Prose: true, Check: checkTag, Adapt: adaptTag}}},
		{Name: "how", Value: prose},
		{Name: "speaker", Value: label},
		{Name: "purpose", Value: label},
	}}}}
	isField = salvage.Field{Name: "is", Value: salvage.Array{Min: 1, Max: 40, Of: salvage.Text{Min: 1, Max: 16 << 10, Check: checkVerdicts, Odd: oddVerdicts, Adapt: adaptVerdicts}}}
)

// categoryCodes are the codes of all lists that tags are from.
var categoryCodes = slices.Concat(codes(Kinds), codes(Grounds), codes(Postures))

// checkTag returns an error if a text is not a tag with a category.
func checkTag(_ int, s string) error {
	if code, _, ok := strings.Cut(s, ":"); !ok || !slices.Contains(categoryCodes, code) {
		return fmt.Errorf("%q does not begin with a category, such as \"rule: \"", s)
	}
	return nil
}

// adaptTag returns a tag with another category than those of the lists as one
// without a category.
func adaptTag(s string) (string, bool) {
	if checkTag(0, s) == nil {
		return "", false
	}
	if code, specific, ok := strings.Cut(s, ":"); ok {
		if code = strings.ToLower(strings.TrimSpace(code)); slices.Contains(categoryCodes, code) {
			return tagText(code, strings.TrimSpace(specific)), true
		}
	}
	return tagText(none, s), true
}

// checkClaim returns an error if a text is not a claim in its usual form.
func checkClaim(_ int, s string) error {
	c, err := parseClaim(s)
	if err == nil && !usualClaim(s, c) {
		err = fmt.Errorf("%q is not in the form %q", s, c)
	}
	return err
}

// usualClaim reports whether a claim is written in its usual form, up to the order
// of ranges and zeros after a decimal point.
func usualClaim(s string, c claim) bool {
	parts := strings.Split(s, " ")
	want := strings.Split(c.String(), " ")
	if len(parts) != 3 || parts[0] != want[0] || strings.ContainsAny(parts[1], ";–%") || strings.HasSuffix(parts[2], "%") {
		return false
	}
	percent, err := strconv.ParseFloat(parts[2], 64)
	wanted, _ := strconv.ParseFloat(want[2], 64)
	return err == nil && math.Abs(percent-wanted) < 1e-6
}

// adaptClaim returns the usual form of a claim.
func adaptClaim(s string) (string, bool) {
	c, err := parseClaim(s)
	if err != nil || usualClaim(s, c) {
		return "", false
	}
	return c.String(), true
}

// checkVerdicts returns an error if a text is not verdicts in their usual form.
func checkVerdicts(_ int, s string) error {
	codes, reason, err := parseVerdicts(s)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(s, strings.Join(codes, ",")+":") {
		return fmt.Errorf("%q does not begin with codes, such as \"met,none: \"", s)
	}
	return salvage.CheckProse(reason)
}

// oddVerdicts returns an error if the reason of verdicts is odd.
func oddVerdicts(_ int, s string) error {
	_, reason, _ := strings.Cut(s, ":")
	return salvage.OddProse(strings.TrimSpace(reason))
}

// adaptVerdicts returns the usual form of verdicts.
func adaptVerdicts(s string) (string, bool) {
	codes, reason, err := parseVerdicts(s)
	if err != nil || checkVerdicts(0, s) == nil {
		return "", false
	}
	return strings.Join(codes, ",") + ": " + reason, true
}

// A claim is what "is" says of a figure.
type claim struct {
	codes      []string // of types and a subtype
	words      [][2]int
	confidence float64 // 0 to 1
}

// parseClaim parses "met,irony 3-5,8 80". It also parses claims with white space
// after commas, full names of types, a percent sign, or a confidence such as 0.8.
func parseClaim(s string) (c claim, err error) {
	fail := func() (claim, error) {
		return claim{}, fmt.Errorf("%q is not types, words and confidence, such as \"met 3-5 80\"", s)
	}
	parts := strings.FieldsFunc(strings.ReplaceAll(s, "–", "-"), func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	n := len(parts) - 1
	if n < 2 {
		return fail()
	}
	percent := strings.TrimSuffix(parts[n], "%")
	if c.confidence, err = strconv.ParseFloat(percent, 64); err != nil || !strings.Contains("0123456789.", percent[:1]) {
		return fail()
	}
	if !strings.Contains(percent, ".") || c.confidence > 1 {
		c.confidence /= 100
	}
	if c.confidence < 0 || c.confidence > 1 || math.IsNaN(c.confidence) {
		return claim{}, fmt.Errorf("the confidence in %q is not between 0 and 100", s)
	}
	allowed := codesOf(Subtypes)
	for _, part := range parts[:n] {
		first, last, isRange := strings.Cut(part, "-")
		from, fromErr := strconv.Atoi(first)
		switch {
		case fromErr == nil:
			to := from
			if isRange {
				if to, err = strconv.Atoi(last); err != nil {
					return fail()
				}
			}
			if from < 1 || from > 999 || to < 1 || to > 999 {
				return fail()
			}
			c.words = append(c.words, [2]int{from, to})
		case part == none && c.words == nil:
			c.words = [][2]int{}
		case c.words != nil:
			return fail() // a code after the words
		default:
			if t, err := typeOf(part); err == nil {
				part = typeCodes[t]
			} else if !slices.Contains(allowed, part) {
				return claim{}, fmt.Errorf("%q is not a type or a subtype", part)
			}
			c.codes = append(c.codes, part)
		}
	}
	if len(c.codes) == 0 || len(c.codes) > 9 || c.words == nil || len(c.words) > 20 {
		return fail()
	}
	return c, nil
}

// String returns the claim as parseClaim parses it.
func (c claim) String() string {
	words := none
	if len(c.words) > 0 {
		ranges := make([]string, len(c.words))
		for i, w := range c.words {
			ranges[i] = mashal.WordRange{First: w[0], Last: w[1]}.String()
		}
		words = strings.Join(ranges, ",")
	}
	percent := strconv.FormatFloat(math.Round(c.confidence*1e4)/1e2, 'f', -1, 64)
	if strings.Contains(percent, ".") && c.confidence <= .01 {
		percent = strconv.FormatFloat(c.confidence, 'f', -1, 64) // 0.5 would be a half
	}
	return strings.Join(c.codes, ",") + " " + words + " " + percent
}

// parseVerdicts parses "met,none: two domains are compared".
func parseVerdicts(s string) (codes []string, reason string, err error) {
	list, reason, _ := strings.Cut(s, ":")
	for code := range strings.SplitSeq(list, ",") {
		code = strings.TrimSpace(code)
		if t, err := typeOf(code); err == nil {
			code = typeCodes[t]
		} else if code != none {
			return nil, "", fmt.Errorf("%q is not a type or none", code)
		}
		codes = append(codes, code)
	}
	if len(codes) > 7 {
		return nil, "", fmt.Errorf("there are verdicts on %d types of one figure", len(codes))
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, "", errors.New("a verdict has no reason")
	}
	return codes, reason, nil
}

// parseTag returns the tag of "rule: the king of Tyre". Text that does not begin with
// a category of the list is a tag without one.
func parseTag(l List, s string) mashal.Tag {
	code, specific, ok := strings.Cut(s, ":")
	if code = strings.TrimSpace(code); !ok || !slices.Contains(codes(l), code) {
		return mashal.Tag{Specific: s}
	}
	return tag(l, strings.TrimPrefix(specific, " "), code)
}

// tagText returns a tag as parseTag parses it.
func tagText(code, specific string) string { return strings.TrimSuffix(code+": "+specific, " ") }

// figure returns the figure of the verse that the object is.
func (o *compactFigure) figure(v *mashal.Verse) (mashal.Figure, error) {
	c, err := parseClaim(o.Is)
	if err != nil {
		return mashal.Figure{}, err
	}
	f := mashal.Figure{Span: spanOf(v, c.words), Explanation: o.How, Confidence: c.confidence, Speaker: o.Speaker, Purpose: o.Purpose}
	for i, of := range []*mashal.Tag{&f.Target, &f.Vehicle, &f.Ground, &f.Posture} {
		if i < len(o.Tags) {
			*of = parseTag(tagLists[i], o.Tags[i])
		}
	}
	f.Types, f.Subtype = typesOf(c.codes)
	f.English = v.EnglishOf(f.Span)
	return f, f.Validate(len(v.Words))
}

// compact returns a figure of the long form in the compact one.
func (a *figureAnswer) compact() compactFigure {
	return compactFigure{
		Is: claim{a.Types, a.Words, a.Confidence}.String(),
		Tags: []string{
			tagText(a.TargetIs, a.Target), tagText(a.VehicleIs, a.Vehicle), tagText(a.GroundIs, a.Ground), tagText(a.PostureIs, a.Posture),
		},
		How: a.Explanation, Speaker: a.Speaker, Purpose: a.Purpose,
	}
}

// oneForm returns an error unless a verse has its figures in one of the two forms.
// In the compact form it must have notes if they were asked for.
func oneForm(notes bool) func(func(string) bool) error {
	return func(has func(string) bool) error {
		switch figures, found := has("figures"), has("found"); {
		case !figures && !found:
			return errors.New(`key "found" is missing`)
		case figures && found:
			return errors.New(`there is "figures" beside "found"`)
		case figures && !has("deliberation"):
			return errors.New(`key "deliberation" is missing`)
		case found && !has("notes") && notes:
			return errors.New(`key "notes" is missing`)
		}
		return nil
	}
}

// oneVerdictForm does the same for a verse with verdicts.
func oneVerdictForm(has func(string) bool) error {
	if has("figures") == has("is") {
		return errors.New(`the verse must have the key "is", once`)
	}
	return nil
}

// hasNotes reports whether an answer has notes, so that each of its verses must.
func hasNotes(response []byte) bool { return bytes.Contains(response, []byte(`"notes"`)) }
