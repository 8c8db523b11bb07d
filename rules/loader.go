package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"mashal"
	"mashal/accents"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/reference"
)

// loader builds a Set from one or more rule files.
type loader struct {
	yamlReader
	digest  hash.Hash
	version string
	docs    []document
	classes map[string]lemmaSet
	kinds   map[string]string
	kindOf  map[lemma]string
	ids     map[string]bool
	rules   []*rule

	measured   map[string]map[mashal.Type]measure // by the id of the rule
	unmeasured bool                               // the embedded rules are read: they may lack a precision, and tests check the lemmas
}

// document holds the unread rules of one YAML document. They are read when the
// classes and kinds of all documents are known.
type document struct {
	name  string
	rules *yaml.Node
	lines []string // of the file that contains it
}

func newLoader() *loader {
	return &loader{
		digest:  sha256.New(),
		classes: map[string]lemmaSet{},
		kinds:   map[string]string{},
		kindOf:  map[lemma]string{},
		ids:     map[string]bool{},

		measured: map[string]map[mashal.Type]measure{},
	}
}

// format is the version of the rule language, which every file states.
const format = "1"

// add reads everything but the rules of a file.
func (l *loader) add(name string, data []byte) {
	l.name = name
	l.digest.Write(data)
	for _, doc := range l.documents(data) {
		fields := l.fields(doc, "a rule file", "mashal", "version", "about", "classes", "kinds", "measured", "rules")
		if fields == nil {
			continue
		}
		if n := fields["mashal"]; n == nil {
			l.fail(doc, "a rule file begins with \"mashal: %s\", the format of its rules", format)
		} else if s := l.text(n, "mashal"); s != format {
			l.fail(n, "this program reads rules of format %s, not %q", format, abbreviate(s))
		}
		l.readVersion(doc, fields["version"])
		l.text(fields["about"], "about")
		if n := fields["classes"]; n != nil {
			l.readClasses(n)
		}
		if n := fields["kinds"]; n != nil {
			l.readKinds(n)
		}
		if n := fields["measured"]; n != nil {
			l.readMeasured(n)
		}
		if n := fields["rules"]; n != nil {
			l.docs = append(l.docs, document{name, n, sourceLines(data)})
		}
	}
}

// versionForm matches the version that a rule file states.
var versionForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,30}$`)

// readVersion reads the version. All documents must state the same one.
func (l *loader) readVersion(doc, n *yaml.Node) {
	if n == nil {
		l.fail(doc, "the rule file has no version")
		return
	}
	v := l.text(n, "version")
	switch {
	case !versionForm.MatchString(v):
		l.fail(n, "invalid version %q; a version has letters, digits, points and hyphens", abbreviate(v))
	case l.version != "" && l.version != v:
		l.fail(n, "the version %s differs from the version %s of an earlier document", v, l.version)
	default:
		l.version = v
	}
}

// nameForm matches the names of classes and kinds.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*([- ][a-z0-9]+)*$`)

// named calls read for each entry of a mapping whose keys the file may choose.
func (l *loader) named(n *yaml.Node, what string, read func(key *yaml.Node, value *yaml.Node)) {
	if l.fields(n, what) == nil {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			continue // fields has reported it
		}
		if !nameForm.MatchString(key.Value) {
			l.fail(key, "invalid name %q among the %s; a name has lower-case letters, digits, hyphens and spaces", abbreviate(key.Value), what)
			continue
		}
		read(key, n.Content[i+1])
	}
}

// readClasses reads the named lists of lemmas.
func (l *loader) readClasses(n *yaml.Node) {
	l.named(n, "classes", func(key, value *yaml.Node) {
		if _, ok := l.classes[key.Value]; ok {
			l.fail(key, "duplicate class %q", key.Value)
			return
		}
		l.classes[key.Value] = l.lemmas(value, false)
	})
}

// readKinds reads the categories of things, each with its domain and lemmas.
func (l *loader) readKinds(n *yaml.Node) {
	l.named(n, "kinds", func(key, value *yaml.Node) {
		fields := l.fields(value, "a kind", "domain", "lemma")
		if fields == nil {
			return
		}
		if _, ok := l.kinds[key.Value]; ok {
			l.fail(key, "duplicate kind %q", key.Value)
			return
		}
		domain := l.text(fields["domain"], "a domain")
		if domain == "" {
			l.fail(key, "the kind %q has no domain", key.Value)
		}
		l.kinds[key.Value] = domain
		for _, item := range l.list(fields["lemma"], "lemma") {
			for lem := range l.lemmas(item, false) {
				if other, ok := l.kindOf[lem]; ok {
					l.fail(item, "lemma %s already has the kind %q", lem, other)
				}
				l.kindOf[lem] = key.Value
			}
		}
	})
}

// lemmaForm matches a lemma in a rule file: number, letter, and the Hebrew word
// as a comment.
var lemmaForm = regexp.MustCompile(`^([0-9]{1,5}(?: [a-z])?)(?: ([\x{0590}-\x{05FF} ]{1,60}))?$`)

// checkLemma reports a lemma that the text does not have, and a Hebrew word beside it that is
// another lemma's.
func (l *loader) checkLemma(n *yaml.Node, lem lemma, word string) {
	if l.unmeasured {
		return // the embedded rules, which a test checks in the same way
	}
	entry, ok := lexicon.EntryOf(lem.String())
	word = strings.TrimSpace(word)
	if ok && (word == "" || isWrittenFor(word, lem)) {
		return
	}
	near := lexicon.EntryNear(int(lem.number()))
	if spelt := lexicon.EntriesSpelt(word); word != "" && len(spelt) > 0 {
		near = spelt[0]
	}
	offer := fmt.Sprintf("did you mean \"%s %s\"?", near.Strong, near.Citation)
	switch {
	case !ok:
		l.fail(n, "there is no lemma %s in the text; %s", lem, offer)
	case near.Strong == entry.Strong || len(lexicon.EntriesSpelt(word)) == 0:
		l.fail(n, "%s is %s, not %s", lem, entry.Citation, word)
	default:
		l.fail(n, "%s is %s, not %s; %s", lem, entry.Citation, word, offer)
	}
}

// isWrittenFor reports whether a word is the citation form of a lemma or, without a letter, of
// one of its homonyms, or a longer or shorter form of it that cites no other lemma: a plural.
// Points and the letters of full spelling make no difference.
func isWrittenFor(word string, lem lemma) bool {
	consonants := func(s string) string {
		return strings.NewReplacer("ו", "", "י", "", " ", "", "ך", "כ", "ם", "מ", "ן", "נ", "ף", "פ", "ץ", "צ").Replace(hebrew.Letters(s))
	}
	written, longer := consonants(word), false
	for _, of := range lexicon.EntriesOf(lem.String()) {
		cited := consonants(of.Citation)
		if cited == written {
			return true
		}
		short := min(utf8.RuneCountInString(written), utf8.RuneCountInString(cited))
		longer = longer || short > 1 && (strings.Contains(written, cited) || strings.Contains(cited, written))
	}
	return longer && len(lexicon.EntriesSpelt(word)) == 0
}

// lemmas reads a list of lemmas. If classes is set, the list may also contain
// names of classes.
func (l *loader) lemmas(n *yaml.Node, classes bool) lemmaSet {
	set := lemmaSet{}
	for _, item := range l.list(n, "lemma") {
		s := l.text(item, "a lemma")
		if m := lemmaForm.FindStringSubmatch(s); m != nil {
			if lem, ok := parseLemma(m[1]); ok {
				l.checkLemma(item, lem, m[2])
				set[lem] = struct{}{}
				continue
			}
		}
		if class, ok := l.classes[s]; ok && classes {
			for lem := range class {
				set[lem] = struct{}{}
			}
			continue
		}
		if classes {
			l.fail(item, "%q is neither a lemma such as \"7462 b רעה\" nor the name of a class%s", abbreviate(s), didYouMean(s, slices.Sorted(maps.Keys(l.classes))))
		} else {
			l.fail(item, "%q is not a lemma such as \"7462 b רעה\"", abbreviate(s))
		}
	}
	return set
}

// set reads the rules of all documents and returns an indexed Set. Its error
// lists every problem found so far. what names the input in the error.
func (l *loader) set(what string) (*Set, error) {
	for _, doc := range l.docs {
		l.name = doc.name
		for _, n := range l.list(doc.rules, "rules") {
			if len(l.rules) == maxRules {
				l.fail(n, "there are more than %d rules", maxRules)
				break
			}
			if r := l.rule(n); r != nil {
				r.file, r.line, r.text = doc.name, n.Line, sourceText(doc.lines, n)
				l.rules = append(l.rules, r)
			}
		}
	}
	if len(l.rules) == 0 && len(l.problems) == 0 {
		l.fail(nil, "the file has no rules")
	}
	if err := l.err(what); err != nil {
		return nil, err
	}
	s := &Set{
		rules:   l.rules,
		version: l.version,
		digest:  hex.EncodeToString(l.digest.Sum(nil)),
		kinds:   l.kinds,
		kindOf:  l.kindOf,
		byLemma: map[uint32][]indexEntry{},
	}
	for _, r := range s.rules {
		s.index(r)
	}
	return s, nil
}

// accent reads the name of an accent. A nil node means conjunctive.
func (l *loader) accent(n *yaml.Node, what string) accents.Accent {
	if n == nil {
		return accents.Conjunctive
	}
	s := l.text(n, what)
	a, ok := accents.Parse(s)
	if !ok {
		l.fail(n, "unknown accent %q; accents are geresh, pashta, tipha, revia, zaqef, segol, atnah and silluq", abbreviate(s))
	}
	return a
}

// examples reads a list of verses.
func (l *loader) examples(n *yaml.Node, what string) []example {
	var refs []example
	for _, item := range l.list(n, what) {
		s := l.text(item, what)
		selection, err := reference.ParseSelection([]string{s})
		if err != nil || len(selection) != 1 || selection[0].Len() != 1 {
			l.fail(item, "%q is not a single verse, such as \"Isa 53:7\"", abbreviate(s))
			continue
		}
		refs = append(refs, example{mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}, item.Line})
	}
	return refs
}

// fraction reads a number from 0 to 1.
func (l *loader) fraction(n *yaml.Node, what string) float64 {
	s := l.text(n, what)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		l.fail(n, "%s must be a number from 0 to 1, not %q", what, abbreviate(s))
		return 0
	}
	return f
}
