package query

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/nearest"
)

// Parse parses a query. The error is a *mashal.FieldError of the field query, whose
// Place is that of what is wrong.
func Parse(text string) (*Query, error) {
	p := &parser{scanner: scanner{text: text}, query: &Query{text: text, within: Verse}}
	if !utf8.ValidString(text) {
		return nil, mashal.NewFieldError(field, text, "", "Give it in UTF-8.", "%.60q is not valid UTF-8", text)
	}
	if len(text) > maxLength {
		return nil, fail(text, mashal.Place{Offset: len(text)}, mashal.Messagef("Write it shorter, for instance with a regular expression: lemma=\"אב|אם\"."),
			"the query has %d bytes; the limit is %d", len(text), maxLength)
	}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return p.query, nil
}

// field is the field of errors.
const field = "query"

// fail returns an error about a part of a query.
func fail(text string, place mashal.Place, hint mashal.Message, format string, args ...any) *mashal.FieldError {
	detail := mashal.Messagef("at column %d of the query: %s", place.Column(text), mashal.Messagef(format, args...))
	return &mashal.FieldError{Field: field, Value: text, Place: &place, Err: mashal.NewUsage(hint, detail)}
}

// quoted returns a part of a query in quotation marks, for a message.
func quoted(text string) mashal.Notation { return mashal.Notation(strconv.Quote(text)) }

// A parser reads a query by recursive descent, with one symbol of lookahead.
type parser struct {
	scanner
	query   *Query
	symbol  symbol
	depth   int // parentheses around
	nesting int // repetitions in the pattern read last
	size    int // of all regular expressions
}

// advance reads the next symbol.
func (p *parser) advance() (err error) {
	p.symbol, err = p.next()
	return err
}

// What can follow in a query, apart from signs.
var (
	aWord   = mashal.Messagef("a word in brackets")
	aValue  = mashal.Messagef("a value in quotation marks")
	aNumber = mashal.Messagef("a number")
	anAttr  = mashal.Messagef("an attribute")
	theEnd  = mashal.Messagef("the end")
)

// expected returns the error for a symbol that is not one of those that can follow.
func (p *parser) expected(what ...any) error {
	var found any = quoted(p.symbol.text)
	switch p.symbol.kind {
	case ending:
		found = mashal.Messagef("the end of the query")
	case value:
		found = mashal.Messagef("the value %s", quoted(p.symbol.text))
	}
	var list, before any
	for i, w := range what {
		if sign, ok := w.(string); ok {
			w = mashal.Notation(sign)
		}
		if list = w; i > 0 {
			list = mashal.Messagef("%s or %s", before, w)
		}
		before = list
	}
	return fail(p.text, p.symbol.place, mashal.Messagef("Example: %s", mashal.Notation(`[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"]`)), "%s expected instead of %s", list, found)
}

// parse reads a whole query.
func (p *parser) parse() (err error) {
	if err := p.advance(); err != nil {
		return err
	}
	if p.query.pattern, err = p.pattern(); err != nil {
		return err
	}
	if p.symbol.kind == name && strings.EqualFold(p.symbol.text, "within") {
		if err := p.unit(); err != nil {
			return err
		}
	}
	if p.symbol.kind != ending {
		return p.expected(aWord, `"within"`, theEnd)
	}
	program, err := compile(p.query)
	if err != nil {
		return err
	}
	if program.onlyEmpty() {
		return fail(p.text, mashal.Place{Length: len(p.text)}, mashal.Messagef("Ask for at least one word: [] is any word."), "the pattern matches no word")
	}
	return nil
}

// unit reads what follows a pattern: within and a unit.
func (p *parser) unit() error {
	if err := p.advance(); err != nil {
		return err
	}
	hint := mashal.Messagef("A match lies in one verse or, with within colon, in one colon.")
	if p.symbol.kind != name {
		return p.expected(`"verse"`, `"colon"`)
	}
	switch unit := strings.ToLower(p.symbol.text); unit {
	case string(Verse), string(Colon):
		p.query.within = Unit(unit)
	case "clause", "sentence", "s", "phrase":
		return fail(p.text, p.symbol.place, hint, "the text is not divided into clauses and sentences")
	default:
		return p.expected(`"verse"`, `"colon"`)
	}
	return p.advance()
}

// pattern reads alternatives.
func (p *parser) pattern() (node, error) {
	var list alternation
	nesting := 0
	for {
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		list, nesting = append(list, n), max(nesting, p.nesting)
		if p.nesting = nesting; p.symbol.kind != "|" {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// sequence reads elements that follow each other, at least one.
func (p *parser) sequence() (node, error) {
	var list sequence
	nesting := 0
	for p.symbol.kind == "[" || p.symbol.kind == "(" || p.symbol.kind == value {
		n, err := p.element()
		if err != nil {
			return nil, err
		}
		list, nesting = append(list, n), max(nesting, p.nesting)
	}
	p.nesting = nesting
	switch {
	case len(list) == 1:
		return list[0], nil
	case len(list) > 1:
		return list, nil
	}
	return nil, p.expected(aWord, aValue, `"("`)
}

// element reads a word or a pattern in parentheses, and how often it is repeated.
func (p *parser) element() (n node, err error) {
	p.nesting = 0
	switch p.symbol.kind {
	case "(":
		n, err = p.group()
	case value:
		n, err = p.shortWord()
	default:
		n, err = p.word()
	}
	if err != nil {
		return nil, err
	}
	for {
		r := &repetition{of: n, place: p.symbol.place}
		switch p.symbol.kind {
		case "?":
			r.most = 1
		case "*":
			r.most = -1
		case "+":
			r.least, r.most = 1, -1
		case "{":
			if err := p.count(r); err != nil {
				return nil, err
			}
		default:
			return n, nil
		}
		if p.nesting++; p.nesting > maxNesting {
			return nil, fail(p.text, r.place, mashal.Messagef("Write the pattern with fewer of them."), "more than %d repetitions are within each other", maxNesting)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		n = r
	}
}

// group reads a pattern in parentheses.
func (p *parser) group() (node, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	n, err := p.pattern()
	if err != nil {
		return nil, err
	}
	if p.symbol.kind != ")" {
		return nil, p.expected(aWord, `"|"`, `")"`)
	}
	p.depth--
	return n, p.advance()
}

// open reads an opening parenthesis.
func (p *parser) open() error {
	if p.depth++; p.depth > maxDepth {
		return fail(p.text, p.symbol.place, mashal.Messagef("Write the query with fewer of them."), "more than %d parentheses are within each other", maxDepth)
	}
	return p.advance()
}

// shortWord reads a value without an attribute, which is a word.
func (p *parser) shortWord() (node, error) {
	t, err := p.newTest(attributeNamed("word"), false)
	if err != nil {
		return nil, err
	}
	return &wordNode{t}, p.advance()
}

// word reads a word in brackets.
func (p *parser) word() (node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.symbol.kind == "]" {
		return &wordNode{}, p.advance()
	}
	c, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.symbol.kind != "]" {
		return nil, p.expected(`"&"`, `"|"`, `"]"`)
	}
	return &wordNode{c}, p.advance()
}

// count reads the numbers of a repetition: {2}, {2,}, {,3} or {2,3}. It leaves the
// closing brace as the symbol.
func (p *parser) count(r *repetition) error {
	read := func(n *int) (bool, error) {
		if err := p.advance(); err != nil || p.symbol.kind != number {
			return false, err
		}
		i, err := strconv.Atoi(p.symbol.text)
		if err != nil || i > maxRepeat {
			return false, fail(p.text, p.symbol.place, mashal.Messagef("No verse has more than %d words.", maxRepeat), "%s repetitions are too many", p.symbol.text)
		}
		*n = i
		return true, p.advance()
	}
	given, err := read(&r.least)
	if err != nil {
		return err
	}
	r.most = r.least
	if p.symbol.kind == "," {
		upper, err := read(&r.most)
		if err != nil {
			return err
		}
		if !upper {
			r.most = -1
		}
		given = given || upper
	}
	switch {
	case !given:
		return p.expected(aNumber)
	case p.symbol.kind != "}":
		return p.expected(`","`, `"}"`)
	case r.most >= 0 && r.most < r.least:
		return fail(p.text, r.place, mashal.Messagef("Give the lower number first."), "%d is less than %d", r.most, r.least)
	}
	return nil
}

// alternatives reads conditions of which one must be met.
func (p *parser) alternatives() (condition, error) {
	var list disjunction
	for {
		c, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		if list = append(list, c); p.symbol.kind != "|" {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// conjunction reads conditions that must all be met.
func (p *parser) conjunction() (condition, error) {
	var list conjunction
	for {
		c, err := p.factor()
		if err != nil {
			return nil, err
		}
		if list = append(list, c); p.symbol.kind != "&" {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// factor reads a comparison, or conditions in parentheses or after "!".
func (p *parser) factor() (condition, error) {
	switch p.symbol.kind {
	case "!":
		if err := p.open(); err != nil {
			return nil, err
		}
		c, err := p.factor()
		p.depth--
		return negation{c}, err
	case "(":
		if err := p.open(); err != nil {
			return nil, err
		}
		c, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		if p.symbol.kind != ")" {
			return nil, p.expected(`"&"`, `"|"`, `")"`)
		}
		p.depth--
		return c, p.advance()
	case name:
		return p.comparison()
	}
	return nil, p.expected(anAttr, `"!"`, `"("`)
}

// comparison reads an attribute, "=" or "!=", and a value.
func (p *parser) comparison() (condition, error) {
	attribute := attributeNamed(p.symbol.text)
	if attribute == nil {
		names := Names()
		hint := mashal.Messagef("The attributes are %s.", mashal.Notation(strings.Join(names, ", ")))
		if near := nearest.Name(p.symbol.text, names); near != "" {
			hint = mashal.Messagef("Did you mean %s? %s", near, hint)
		}
		return nil, fail(p.text, p.symbol.place, hint, "words have no attribute %s", quoted(p.symbol.text))
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.symbol.kind != "=" && p.symbol.kind != "!=" {
		return nil, p.expected(`"="`, `"!="`)
	}
	not := p.symbol.kind == "!="
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.symbol.kind != value {
		return nil, p.expected(aValue)
	}
	t, err := p.newTest(attribute, not)
	if err != nil {
		return nil, err
	}
	return t, p.advance()
}

// newTest returns the comparison with the value that was read. It refuses an invalid regular
// expression.
func (p *parser) newTest(a *Attribute, not bool) (*test, error) {
	if len(p.query.tests) == maxTests {
		return nil, fail(p.text, p.symbol.place, mashal.Messagef("Write alternatives as one value: lemma=\"אב|אם\"."), "the query has more than %d conditions", maxTests)
	}
	t := &test{attribute: a, value: p.symbol.text, not: not, place: p.symbol.place}
	p.query.tests = append(p.query.tests, t)
	if strings.TrimSpace(t.value) == "" {
		return nil, fail(p.text, t.place, mashal.Messagef("Every value is \".*\"; no value is !=\".*\"."), "the value is empty")
	}
	size, err := expressionSize(t.value)
	if err != nil {
		return nil, fail(p.text, t.place, mashal.Messagef("Values are regular expressions: \\ before a sign takes it as it is."), "%s is not a regular expression", quoted(t.value))
	}
	if p.size += size; p.size > maxExpress {
		return nil, fail(p.text, t.place, mashal.Messagef("Write them simpler, with fewer repetitions and alternatives."), "the regular expressions of the query are too large")
	}
	return t, nil
}
