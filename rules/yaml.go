package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"mashal"
)

// MaxFile is the most bytes that a rule file may have.
const MaxFile = 2 << 20

// Other limits of a rule file. Ours has a tenth of each.
const (
	maxRules    = 5000
	maxList     = 5000 // items
	maxWords    = 12   // of a sequence
	maxDistance = 30   // words
	maxProblems = 20   // shown
)

// A yamlReader walks the nodes of a YAML file and gathers what is wrong with it.
type yamlReader struct {
	name     string
	problems []error
	omitted  int
}

// fail records a problem at a node.
func (r *yamlReader) fail(n *yaml.Node, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.omitted++
		return
	}
	place := r.name
	if n != nil {
		place = fmt.Sprintf("%s:%d:%d", r.name, n.Line, n.Column)
	}
	r.problems = append(r.problems, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
}

// err is all problems as one error, nil if there is none.
func (r *yamlReader) err(what string) error {
	if len(r.problems) == 0 {
		return nil
	}
	problems := r.problems
	if r.omitted > 0 {
		problems = append(slices.Clone(problems), fmt.Errorf("and %d more problems", r.omitted))
	}
	return &mashal.Error{
		Code: mashal.Usage,
		Op:   "read " + what,
		Err:  errors.Join(problems...),
		Hint: "The keys of a rule are documented in rules/README.md; the embedded rules in rules/*.yaml are examples.",
	}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// documents parses the file. It refuses what makes a small file large or
// nested without end.
func (r *yamlReader) documents(data []byte) []*yaml.Node {
	if len(data) > MaxFile {
		r.fail(nil, "the file has %d bytes, more than the %d that rules may have", len(data), MaxFile)
		return nil
	}
	if i := invalidUTF8(data); i >= 0 {
		line := 1 + bytes.Count(data[:i], []byte("\n"))
		r.fail(&yaml.Node{Line: line, Column: i - bytes.LastIndexByte(data[:i], '\n')}, "this is not UTF-8")
		return nil
	}
	var docs []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			message := err.Error()
			line := 1
			if m := yamlLine.FindStringSubmatch(message); m != nil {
				message = message[len(m[0]):]
				if m[1] != "" {
					line, _ = strconv.Atoi(m[1])
				}
			}
			r.fail(&yaml.Node{Line: line, Column: 1}, "this is not YAML: %s", message)
			return docs
		}
		if len(doc.Content) > 0 {
			docs = append(docs, doc.Content[0])
		}
	}
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// rejectAlias refuses what rule files have no use for.
func (r *yamlReader) rejectAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.fail(n, "anchors and aliases (& and *) are not read in rules; give lists a name under classes")
		return false
	}
	return true
}

// fields reads a mapping that may have the given keys.
func (r *yamlReader) fields(n *yaml.Node, what string, keys ...string) map[string]*yaml.Node {
	if !r.rejectAlias(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s is a mapping of keys, not %s", what, describeNode(n))
		return nil
	}
	fields := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !r.rejectAlias(key):
		case key.Kind != yaml.ScalarNode:
			r.fail(key, "a key of %s is a word, not %s", what, describeNode(key))
		case len(keys) > 0 && !slices.Contains(keys, key.Value):
			r.fail(key, "%s has no key %q; it has %s", what, key.Value, strings.Join(keys, ", "))
		case fields[key.Value] != nil:
			r.fail(key, "the key %q stands here twice", key.Value)
		default:
			fields[key.Value] = n.Content[i+1]
		}
	}
	return fields
}

// text reads a string; nil reads as "".
func (r *yamlReader) text(n *yaml.Node, what string) string {
	if n == nil || !r.rejectAlias(n) {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "%s is a text, not %s", what, describeNode(n))
		return ""
	}
	return n.Value
}

// list reads a list; one item stands for a list of it, and nil for an empty
// one.
func (r *yamlReader) list(n *yaml.Node, what string) []*yaml.Node {
	switch {
	case n == nil || !r.rejectAlias(n):
		return nil
	case n.Kind != yaml.SequenceNode:
		return []*yaml.Node{n}
	case len(n.Content) == 0:
		r.fail(n, "%s is an empty list", what)
	case len(n.Content) > maxList:
		r.fail(n, "%s is a list of %d items, more than %d", what, len(n.Content), maxList)
		return nil
	}
	return n.Content
}

// texts reads a list of strings.
func (r *yamlReader) texts(n *yaml.Node, what string) []string {
	var texts []string
	for _, item := range r.list(n, what) {
		texts = append(texts, r.text(item, what))
	}
	return texts
}

// distance reads a number of words from 0 to maxDistance.
func (r *yamlReader) distance(n *yaml.Node, what string) int {
	s := r.text(n, what)
	if s == "" {
		return 0
	}
	i, err := strconv.Atoi(s)
	if err != nil || i < 0 || i > maxDistance {
		r.fail(n, "%s is a number of words from 0 to %d, not %q", what, maxDistance, abbreviate(s))
		return 0
	}
	return i
}

// boolean reads true or false; nil reads as nil.
func (r *yamlReader) boolean(n *yaml.Node, what string) *bool {
	if n == nil {
		return nil
	}
	s := r.text(n, what)
	if s != "true" && s != "false" {
		r.fail(n, "%s is true or false, not %q", what, abbreviate(s))
		return nil
	}
	b := s == "true"
	return &b
}

func describeNode(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return fmt.Sprintf("the text %q", abbreviate(n.Value))
	}
	return "an alias"
}

// abbreviate shows the beginning of a text from a file.
func abbreviate(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
