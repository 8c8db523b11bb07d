package manual

import (
	"regexp"
	"slices"
	"strings"
)

// A Block is a heading, a paragraph or an item of a list.
type Block struct {
	Kind   Kind
	Level  int    // of a heading, from 1; otherwise 0
	ID     string // the anchor; "" if nothing refers to the block
	Number string // of a numbered item
	Runs   []Run
	Source string // in Markdown
}

// A Kind is the kind of a block.
type Kind uint8

// The kinds.
const (
	Heading Kind = iota
	Paragraph
	Bullet
	Numbered
)

// A Run is text in one style.
type Run struct {
	Text  string
	Style Style
	ID    string // the anchor of a name after the first of the block; otherwise ""
}

// A Style is how text is emphasised.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Emphasis
	Strong
)

// Text returns the text of the block without emphasis.
func (b *Block) Text() string {
	var s strings.Builder
	for _, r := range b.Runs {
		s.WriteString(r.Text)
	}
	return s.String()
}

// has reports whether the block, or a name in it, has an id.
func (b *Block) has(id string) bool {
	return id != "" && (b.ID == id || slices.ContainsFunc(b.Runs, func(r Run) bool { return r.ID == id }))
}

// name returns the emphasised name that has an id in a paragraph or an item, by default that
// with which it begins: "metaphor" of "met, metaphor."
func (b *Block) name(id string) string {
	name := b.Runs[0].Text
	for _, r := range b.Runs {
		if r.ID == id {
			name = r.Text
		}
	}
	if code, word, ok := strings.Cut(name, ", "); ok && len(code) == 3 {
		name = word
	}
	return strings.TrimRight(name, ".: ")
}

var (
	headingForm  = regexp.MustCompile(`^(#{1,3}) (.+)$`)
	numberedForm = regexp.MustCompile(`^(\d+)\. (.+)$`)
	styleForm    = regexp.MustCompile(`\*\*([^*]+)\*\*|\*([^*]+)\*`)
)

// parse parses the part of Markdown that the manual uses: every line is a block.
func parse(markdown string) (blocks []Block) {
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		b := Block{Kind: Paragraph, Source: line}
		rest := line
		if m := headingForm.FindStringSubmatch(line); m != nil {
			b.Kind, b.Level, rest = Heading, len(m[1]), m[2]
		} else if m := numberedForm.FindStringSubmatch(line); m != nil {
			b.Kind, b.Number, rest = Numbered, m[1], m[2]
		} else if item, ok := strings.CutPrefix(line, "- "); ok {
			b.Kind, rest = Bullet, item
		}
		b.Runs = parseRuns(rest)
		blocks = append(blocks, b)
	}
	return blocks
}

// parseRuns divides a text by its emphasis.
func parseRuns(s string) (runs []Run) {
	at := 0
	for _, m := range styleForm.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > at {
			runs = append(runs, Run{Text: s[at:m[0]]})
		}
		if m[2] >= 0 {
			runs = append(runs, Run{Text: s[m[2]:m[3]], Style: Strong})
		} else {
			runs = append(runs, Run{Text: s[m[4]:m[5]], Style: Emphasis})
		}
		at = m[1]
	}
	if at < len(s) {
		runs = append(runs, Run{Text: s[at:]})
	}
	return runs
}
