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

// Set holds the rules of a rule file and an index of them. It does not change
// and is safe for concurrent use.
type Set struct {
	rules    []*rule
	version  string
	digest   string                           // of the files' bytes, hexadecimal
	kinds    map[string]string                // category -> domain
	kindOf   map[lemma]string                 // lemma -> category
	byLemma  map[uint32][]indexEntry          // by Strong's number
	byPrefix [len(prefixLetters)][]indexEntry // for elements without a lemma
}

// indexEntry is the element of a rule's sequence at which the search starts.
type indexEntry struct {
	rule     *rule
	sequence []element
	element  int
}

// defaults reads the embedded rules once.
var defaults = sync.OnceValues(func() (*Set, error) {
	entries, err := embedded.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read the embedded rules: %w", err)
	}
	l := newLoader()
	l.unmeasured = true // tests check that every rule is measured and every lemma is written as it is
	for _, e := range entries {
		data, err := embedded.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the embedded rules: %w", err)
		}
		l.add(path.Join("rules", e.Name()), data)
	}
	return l.set("the embedded rules")
})

// Default returns the rules embedded in the program, that is all YAML files of
// this package.
func Default() (*Set, error) { return defaults() }

// Load parses a rule file. The name is used in errors. A file may hold several
// YAML documents, so that rule files can be concatenated. Load returns one
// *mashal.Error of code Usage that lists every problem with line and column.
func Load(name string, data []byte) (*Set, error) {
	l := newLoader()
	l.add(name, data)
	return l.set(name)
}

// Version returns the version stated in the file, followed by a digest of the
// file: "1+4f2a9c01".
func (s *Set) Version() string { return s.version + "+" + s.digest[:8] }

// Annotator returns an annotator that applies the set to the given version of
// the text.
func (s *Set) Annotator(textVersion string) *Annotator {
	fingerprint := sha256.Sum256(fmt.Appendf(nil, "rules engine %s\nrules %s\ntext %s\n", engineVersion, s.digest, textVersion))
	return &Annotator{set: s, identity: mashal.Annotator{
		Name:        "rules",
		Kind:        mashal.ByRules,
		Version:     s.Version(),
		Fingerprint: hex.EncodeToString(fingerprint[:]),
	}}
}

// engineVersion changes whenever the same rules may find other figures.
const engineVersion = "6"

// index adds the rule's sequences to the index.
func (s *Set) index(r *rule) {
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
