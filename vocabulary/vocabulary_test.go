package vocabulary_test

import (
	"os"
	"strings"
	"testing"

	"mashal"
	"mashal/vocabulary"
)

func TestMap(t *testing.T) {
	for _, test := range []struct {
		side     vocabulary.Side
		tag      mashal.Tag
		category string
		domain   string
	}{
		{vocabulary.Vehicle, mashal.Tag{Specific: "a rock", Category: "stone", Domain: "nature"}, "stone", "earth"},
		{vocabulary.Vehicle, mashal.Tag{Specific: "a great cedar tree with many branches", Category: "large, noble tree", Domain: "arboreal majesty"}, "plant", "plants"},
		{vocabulary.Vehicle, mashal.Tag{Specific: "eating a scroll", Category: "ingesting food", Domain: "physical/bodily"}, "food", "things"},
		{vocabulary.Vehicle, mashal.Tag{Specific: "the wolves of the evening"}, "animal", "animals"},
		{vocabulary.Vehicle, mashal.Tag{Specific: "ashes scattered on the earth"}, "heat", "light"},
		{vocabulary.Target, mashal.Tag{Specific: "YHWH present to Ezekiel in a theophany", Domain: "theological"}, "deity", "God"},
		{vocabulary.Target, mashal.Tag{Specific: "God’s fierce judgment against the false prophets"}, "justice", "law"},
		{vocabulary.Target, mashal.Tag{Category: "deity", Domain: "world"}, "deity", "God"},
		{vocabulary.Target, mashal.Tag{Specific: "idols of wood"}, "worship", "worship"},
		{vocabulary.Ground, mashal.Tag{Specific: "irresistible, comprehensive destruction"}, "destruction", "action"},
		{vocabulary.Posture, mashal.Tag{Specific: "graphic, fearful warning"}, "warning", "judgement"},
		{vocabulary.Target, mashal.Tag{Specific: "qwertz"}, "", ""},
		{vocabulary.Target, mashal.Tag{}, "", ""},
	} {
		got, ok := vocabulary.Map(test.side, test.tag)
		if got.Category != test.category || got.Domain != test.domain || ok != (test.category != "") {
			t.Errorf("%s %+v is mapped to %+v, want %s, %s", test.side, test.tag, got, test.category, test.domain)
		}
		if ok && test.tag.Specific != "" && got.Specific != test.tag.Specific {
			t.Errorf("%+v lost its specific level: %+v", test.tag, got)
		}
		if again, _ := vocabulary.Map(test.side, got); again != got {
			t.Errorf("%+v is mapped again to %+v", got, again)
		}
	}
	if got, _ := vocabulary.Map(vocabulary.Target, mashal.Tag{Category: "divine wrath", Domain: "theological"}); got.Specific != "divine wrath" || got.Category != "emotion" {
		t.Errorf("a tag without a specific level is mapped to %+v", got)
	}
	for tag, want := range map[mashal.Tag]string{
		{Specific: "qwertz"}:                                       "qwertz",
		{Specific: "qwertz", Category: "asdf"}:                     "qwertz, asdf",
		{Specific: "qwertz", Category: "asdf", Domain: "yxcv"}:     "qwertz, asdf, yxcv",
		{Specific: "qwertz", Category: "qwertz", Domain: "yxcv"}:   "qwertz, yxcv",
		{Category: "asdf", Domain: "yxcv"}:                         "asdf, yxcv",
		{Specific: "qwertz, asdf", Category: "", Domain: "a xcvb"}: "qwertz, asdf, a xcvb",
	} {
		got, ok := vocabulary.Map(vocabulary.Vehicle, tag)
		if again, _ := vocabulary.Map(vocabulary.Vehicle, got); ok || got != (mashal.Tag{Specific: want}) || again != got {
			t.Errorf("%+v, which is in no category, is mapped to %+v and then to %+v, not to %q", tag, got, again, want)
		}
	}
}

// TestCategories holds the categories to those that models are asked for.
func TestCategories(t *testing.T) {
	data, err := os.ReadFile("../annotate/vocabulary.tsv")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if field := strings.Split(line, "\t"); len(field) > 2 {
			if asked[field[0]] == nil {
				asked[field[0]] = map[string]bool{}
			}
			asked[field[0]][field[1]] = true
		}
	}
	for list, side := range map[string]vocabulary.Side{"kind": vocabulary.Vehicle, "ground": vocabulary.Ground, "posture": vocabulary.Posture} {
		known := vocabulary.Categories(side)
		for category := range asked[list] {
			if known[category] == "" {
				t.Errorf("%s %s has no domain", list, category)
			}
		}
		if len(known) != len(asked[list]) {
			t.Errorf("%d categories of %s, models are asked for %d", len(known), list, len(asked[list]))
		}
	}
}

// TestWords finds words that stand for two categories of a list.
func TestWords(t *testing.T) {
	data, err := os.ReadFile("words.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for line := range strings.Lines(string(data)) {
		field := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(field[3]) {
			key := field[0] + " " + word
			if before := seen[key]; before != "" {
				t.Errorf("%s stands for %s and for %s", key, before, field[1])
			}
			seen[key] = field[1]
		}
	}
}
