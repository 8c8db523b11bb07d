package filters

import (
	"slices"
	"strings"

	"mashal/concordance/index"
	"mashal/explore/web"
)

// tagLevels lists the tag levels by which figures are counted, as values of
// parameters.
var tagLevels = []string{
	"target-category", "target-domain", "vehicle-category", "vehicle-domain",
	"ground-category", "ground-domain", "posture-category", "posture-domain",
}

// readExclusions reads the parameters that exclude tags: except=target-domain:God
// requires a domain other than God, unnamed=target-domain requires that the domain
// is missing.
func readExclusions(req *web.Request, f *index.Filter) {
	of := map[string]*index.TagFilter{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}
	for _, value := range req.Params.Texts("except") {
		name, not, ok := strings.Cut(value, ":")
		if !ok || !slices.Contains(tagLevels, name) {
			req.Params.Refuse("except", value, "", web.Msg("%s must start with one of %s and a colon.", web.Quoted(value), strings.Join(tagLevels, ", ")))
			continue
		}
		side, level, _ := strings.Cut(name, "-")
		if t := of[side]; level == string(index.Category) {
			t.NotCategories = append(t.NotCategories, not)
		} else {
			t.NotDomains = append(t.NotDomains, not)
		}
	}
	for _, name := range req.Params.Choices("unnamed", tagLevels) {
		side, level, _ := strings.Cut(name, "-")
		if t := of[side]; t != nil {
			t.Unknown = append(t.Unknown, index.Level(level))
		}
	}
}
