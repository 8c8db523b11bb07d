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
	"mashal/nearest"
)

// MaxFile is the largest size of a rule file, in bytes.
const MaxFile = 2 << 20

// Further limits of a rule file. The embedded files reach a tenth of each.
const (
	maxRules    = 5000
	maxList     = 5000 // items of a list
	maxWords    = 12   // words of a sequence
	maxDistance = 30   // words between two words of a sequence
	maxProblems = 20   // problems that are reported
)

// yamlReader reads the nodes of a YAML file and collects the problems in it.
type yamlReader struct {
	name     string // of the file
	problems []error
	omitted  int // problems beyond maxProblems
}

// fail records a problem at a node. A nil node stands for the whole file.
func (r *yamlReader) fail(n *yaml.Node, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.omitted++
		return
	}
	position := r.name
	if n != nil {
		position = fmt.Sprintf("%s:%d:%d", r.name, n.Line, n.Column)
	}
	r.problems = append(r.problems, fmt.Errorf("%s: %s", position, fmt.Sprintf(format, args...)))
}

// err returns all problems as one *mashal.Error, nil if there are none.
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
		Hint: "See rules/README.md for the keys of a rule, and rules/*.yaml for examples.",
	}
}

// yamlLine matches the prefix of the YAML package's errors.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// documents parses the file and returns the root nodes of its documents. It
// reports a file that is too large, is not UTF-8 or is not YAML.
func (r *yamlReader) documents(data []byte) []*yaml.Node {
	if len(data) > MaxFile {
		r.fail(nil, "the file has %d bytes; a rule file has at most %d", len(data), MaxFile)
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
		if len(doc.Content) > 0 && doc.Content[0].Tag != "!!null" {
			docs = append(docs, doc.Content[0])
		}
	}
}

// invalidUTF8 returns the index of the first byte that is not UTF-8, or -1.
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

// checkNoAlias reports an anchor or an alias, which rule files do not use and
// which can make a small file expand without limit. It returns false for one.
func (r *yamlReader) checkNoAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.fail(n, "anchors and aliases (& and *) are not allowed; name a list under classes instead")
		return false
	}
	return true
}

// fields reads a mapping and returns its values by key. It reports keys that
// are not in keys, unless keys is empty. It returns nil if n is not a mapping.
func (r *yamlReader) fields(n *yaml.Node, what string, keys ...string) map[string]*yaml.Node {
	if !r.checkNoAlias(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be a mapping, not %s", what, describeNode(n))
		return nil
	}
	fields := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !r.checkNoAlias(key):
		case key.Kind != yaml.ScalarNode:
			r.fail(key, "a key of %s must be a word, not %s", what, describeNode(key))
		case len(keys) > 0 && !slices.Contains(keys, key.Value):
			r.fail(key, "unknown key %q; the keys of %s are %s%s", key.Value, what, strings.Join(keys, ", "), didYouMean(key.Value, keys))
		case fields[key.Value] != nil:
			r.fail(key, "duplicate key %q", key.Value)
		default:
			fields[key.Value] = n.Content[i+1]
		}
	}
	return fields
}

// didYouMean returns the known name that a misspelt one most likely means, as the end of a
// message; "" if there is none.
func didYouMean(name string, known []string) string {
	if near := nearest.Name(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// text reads a string. A nil node reads as "".
func (r *yamlReader) text(n *yaml.Node, what string) string {
	if n == nil || !r.checkNoAlias(n) {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "%s must be a text, not %s", what, describeNode(n))
		return ""
	}
	return n.Value
}

// list returns the items of a list. A node that is not a list reads as a list of
// one item, and a nil node as an empty list.
func (r *yamlReader) list(n *yaml.Node, what string) []*yaml.Node {
	switch {
	case n == nil || !r.checkNoAlias(n):
		return nil
	case n.Kind != yaml.SequenceNode:
		return []*yaml.Node{n}
	case len(n.Content) == 0:
		r.fail(n, "%s is an empty list", what)
	case len(n.Content) > maxList:
		r.fail(n, "%s has %d items; a list has at most %d", what, len(n.Content), maxList)
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

// distance reads a number of words from 0 to maxDistance. A nil node reads as 0.
func (r *yamlReader) distance(n *yaml.Node, what string) int {
	s := r.text(n, what)
	if s == "" {
		return 0
	}
	i, err := strconv.Atoi(s)
	if err != nil || i < 0 || i > maxDistance {
		r.fail(n, "%s must be a number of words from 0 to %d, not %q", what, maxDistance, abbreviate(s))
		return 0
	}
	return i
}

// boolean reads true or false. It returns nil for a nil node.
func (r *yamlReader) boolean(n *yaml.Node, what string) *bool {
	if n == nil {
		return nil
	}
	s := r.text(n, what)
	if s != "true" && s != "false" {
		r.fail(n, "%s must be true or false, not %q", what, abbreviate(s))
		return nil
	}
	b := s == "true"
	return &b
}

// describeNode names the kind of a node for an error message.
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

// abbreviate cuts a text to 40 characters for an error message.
func abbreviate(s string) string {
	const maxLength = 40
	n := 0
	for i := range s {
		if n++; n > maxLength {
			return s[:i] + "…"
		}
	}
	return s
}
