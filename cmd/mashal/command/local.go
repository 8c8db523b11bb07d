package command

import (
	"slices"

	"mashal"
	"mashal/learned"
	"mashal/pipeline"
	"mashal/rules"
)

// The annotators that are part of the program, the default one first.
const (
	byOffline  = "offline" // rules and the learned model together
	byRules    = "rules"
	byLearning = "learned"
)

var localAnnotators = []string{byOffline, byRules, byLearning}

// byModel reports whether an annotator's name is that of a language model.
func byModel(name string) bool { return name != "" && !slices.Contains(localAnnotators, name) }

// openLocal returns the annotator of a name in localAnnotators. Without a name it is
// offline, or the rules if a rule file is given. suggestions says whether figures that the
// learned model does not claim are reported too.
func openLocal(name, ruleFile, textVersion string, suggestions bool) (pipeline.Finder, error) {
	set, err := loadRules(ruleFile)
	if err != nil {
		return nil, err
	}
	switch {
	case name == byLearning:
		return learned.New(set, textVersion, learned.Options{Suggestions: suggestions})
	case name == byRules || name == "" && ruleFile != "":
		return set.Annotator(textVersion), nil
	}
	return learned.New(set, textVersion, learned.Options{Rules: true, Suggestions: suggestions})
}

// localName returns the name of the annotator that openLocal opens.
func localName(name, ruleFile string) string {
	switch {
	case name != "":
		return name
	case ruleFile != "":
		return byRules
	}
	return byOffline
}

// loadRules reads a rule file, or the built-in rules if file is "".
func loadRules(file string) (*rules.Set, error) {
	if file == "" {
		return rules.Default()
	}
	data, err := readRegular(file, rules.MaxFile)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: "read the rule file", Err: err, Hint: "Give a file of rules; mashal rules shows the built-in rules."}
	}
	return rules.Load(file, data)
}
