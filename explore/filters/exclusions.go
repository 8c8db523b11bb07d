package filters

import (
	"slices"
	"strings"

	"mashal/concordance/index"
	"mashal/explore/web"
)

// TagLevels lists the tag levels by which figures are counted, as values of
// parameters.
var TagLevels = []string{
	"target-category", "target-domain", "vehicle-category", "vehicle-domain",
	"ground-category", "ground-domain", "posture-category", "posture-domain",
}

// tagLevel returns the conditions of the filter on the side of a tag level, and the level.
func tagLevel(f *index.Filter, name string) (*index.TagFilter, index.Level, bool) {
	if !slices.Contains(TagLevels, name) {
		return nil, "", false
	}
	side, level, _ := strings.Cut(name, "-")
	return map[string]*index.TagFilter{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}[side], index.Level(level), true
}

// Exclude adds the condition that a tag is none of a name: "target-domain:God" requires a
// domain other than God. It returns false if the value is of another form.
func Exclude(f *index.Filter, value string) bool {
	name, not, _ := strings.Cut(value, ":")
	t, level, ok := tagLevel(f, name)
	switch {
	case !ok || !strings.Contains(value, ":"):
		return false
	case level == index.Category:
		t.NotCategories = append(t.NotCategories, not)
	default:
		t.NotDomains = append(t.NotDomains, not)
	}
	return true
}

// Unname adds the condition that a level of a tag is missing, such as "target-domain". It
// returns false if there is no such level.
func Unname(f *index.Filter, level string) bool {
	t, l, ok := tagLevel(f, level)
	if ok {
		t.Unknown = append(t.Unknown, l)
	}
	return ok
}

// readExclusions reads the parameters that exclude tags: except=target-domain:God
// requires a domain other than God, unnamed=target-domain requires that the domain
// is missing.
func readExclusions(req *web.Request, f *index.Filter) {
	for _, value := range req.Params.Texts("except") {
		if !Exclude(f, value) {
			req.Params.Refuse("except", value, "", web.Msg("%s must start with one of %s and a colon.", web.Quoted(value), strings.Join(TagLevels, ", ")))
		}
	}
	for _, name := range req.Params.Choices("unnamed", TagLevels) {
		Unname(f, name)
	}
}
