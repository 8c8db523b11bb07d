package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"sync"

	"mashal"
)

//go:embed *.yaml
var embedded embed.FS

// A Set is the rules of one rule file, ready to be applied. It does not change
// and is safe for concurrent use.
type Set struct {
	rules    []*Rule
	version  string
	digest   string
	kinds    map[string]string // category -> domain
	kindOf   map[lemma]string  // lemma -> category
	byLemma  map[uint32][]indexEntry
	byPrefix [len(prefixLetters)][]indexEntry
}

// A indexEntry is an element of a rule's sequence by which the rule is found.
type indexEntry struct {
	rule     *Rule
	sequence []element
	element  int
}

var defaults = sync.OnceValues(func() (*Set, error) {
	entries, err := embedded.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read the embedded rules: %w", err)
	}
	l := newLoader()
	for _, e := range entries {
		data, err := embedded.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the embedded rules: %w", err)
		}
		l.add(path.Join("rules", e.Name()), data)
	}
	return l.set("the embedded rules")
})

// Default is the set of the rules embedded in the program: the files of this
// package's folder together.
func Default() (*Set, error) { return defaults() }

// Load reads a rule file, given its name for errors and its content. A file
// may hold several YAML documents, so that files of rules can be joined end to
// end. Every problem is named with line and column in one *mashal.Error of
// Code Usage.
func Load(name string, data []byte) (*Set, error) {
	l := newLoader()
	l.add(name, data)
	return l.set(name)
}

// Rules lists the rules in the order of the file. They must not be changed.
func (s *Set) Rules() []*Rule { return s.rules }

// Version is the version that the file states with a digest of its bytes:
// "1+4f2a9c01".
func (s *Set) Version() string { return s.version + "+" + s.digest[:8] }

// Annotator applies the set to a text of which the version is given.
func (s *Set) Annotator(textVersion string) *Annotator {
	fingerprint := sha256.Sum256(fmt.Appendf(nil, "rules engine %s\nrules %s\ntext %s\n", engineVersion, s.digest, textVersion))
	return &Annotator{set: s, identity: mashal.Annotator{
		Name:        "rules",
		Kind:        mashal.ByRules,
		Version:     s.Version(),
		Fingerprint: hex.EncodeToString(fingerprint[:]),
	}}
}

// engineVersion is raised whenever the same rules may find other figures.
const engineVersion = "2"

func (s *Set) index(r *Rule) {
	for _, sequence := range r.sequences {
		k := anchor(sequence)
		st := indexEntry{rule: r, sequence: sequence, element: k}
		e := &sequence[k]
		if e.lemmas == nil {
			for i := range prefixLetters {
				if (e.prefix&^article)&(1<<i) != 0 {
					s.byPrefix[i] = append(s.byPrefix[i], st)
					break
				}
			}
			continue
		}
		seen := map[uint32]bool{}
		for l := range e.lemmas {
			if n := l.number(); !seen[n] {
				seen[n] = true
				s.byLemma[n] = append(s.byLemma[n], st)
			}
		}
	}
}
