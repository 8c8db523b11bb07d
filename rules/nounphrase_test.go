package rules_test

import (
	"strings"
	"testing"
	"unicode"

	"mashal/rules"
)

// TestSidesOfKnownVerses checks targets and vehicles of one verse for each kind of
// clause: subject, object, person of the verb, apodosis, emblem, verb of likeness,
// comparative.
func TestSidesOfKnownVerses(t *testing.T) {
	tests := []struct{ verse, vehicle, target string }{
		{"Isa 40:31", "eagles", "those who wait for Yahweh"}, // the subject of the previous verb; אבר, "wings", does not agree
		{"Isa 40:24", "stubble", "they"},                     // the suffix of the verb; the whirlwind acts
		{"Gen 49:4", "water", "you"},                         // פחז belongs to the verb
		{"Song 4:1", "a flock of goats", "your hair"},
		{"Song 4:3", "scarlet thread", "your lips"},
		{"Song 4:4", "David’s tower", "your neck"},
		{"Song 4:5", "fawns", "your two breasts"},
		{"Hos 6:4", "a morning cloud", "your love"},
		{"Ps 1:3", "a tree", "he"},
		{"Ps 42:2", "the deer", "my soul"}, // after כן
		{"Ezek 15:6", "the tree of the vine", "the inhabitants of Jerusalem"},
		{"Ezek 1:13", "the appearance of torches", "the appearance of the living creatures"}, // an owner
		{"Ezek 32:14", "oil", "their rivers"},                                                // the object before the verb
		{"Ezek 36:37", "a flock", "the house of Israel"},                                     // "them"
		{"Zech 13:9", "silver", "they"},
		{"Jer 19:12", "Topheth", "this city"},
		{"Hab 2:14", "the waters", "the earth"}, // יכסו belongs to the vehicle
		{"Deut 8:5", "a man", "Yahweh"},
		{"Prov 25:11", "apples of gold", "a word"},
		{"Prov 26:8", "a stone", "he who gives"},
		{"Ezek 32:2", "a young lion of the nations", "you"},
		{"2 Sam 1:23", "eagles", "Saul and Jonathan"},
		{"Ps 78:16", "rivers", "waters"},
		{"Lam 2:19", "water", "your heart"},
		{"Job 7:2", "a servant", ""},                  // he desires the shadow: the verb belongs to the vehicle
		{"Hos 9:11", "a bird", "their glory"},         // the verb has a subject of its own
		{"Isa 13:8", "a woman in labor", "they"},      // not the pains
		{"2 Sam 14:17", "an angel of God", "my lord"}, // what follows כן
		{"Jer 6:23", "a man", "they"},                 // the daughter of Zion is addressed
		{"Jer 49:24", "a woman in labor", "she"},      // whom the pangs seize
		{"Exod 4:6", "snow", "his hand"},              // not Yahweh's, who speaks
		{"Isa 61:10", "a bridegroom", "I"},            // the clothes are no bridegroom
	}
	for _, test := range tests {
		var found []string
		ok := false
		for _, f := range wholeBible()[ref(t, test.verse)] {
			found = append(found, f.Target.Specific+" <- "+f.Vehicle.Specific)
			ok = ok || f.Vehicle.Specific == test.vehicle && f.Target.Specific == test.target
		}
		if !ok {
			t.Errorf("%s has\n%s\nand not\n%s <- %s", test.verse, strings.Join(found, "\n"), test.target, test.vehicle)
		}
	}
}

// TestSidesAreNounPhrases checks the form of the sides of all similes: noun phrases
// in English, or pronouns as targets. It finds scraps such as "shall be as
// rottenness" and "a prostitute, in". No side of any figure is in Hebrew letters.
func TestSidesAreNounPhrases(t *testing.T) {
	for ref, figures := range inCanonicalOrder(wholeBible()) {
		for _, f := range figures {
			for side, text := range map[string]string{"vehicle": f.Vehicle.Specific, "target": f.Target.Specific} {
				_, isPronoun := pronounForms[strings.ToLower(text)]
				if f.Is("simile") && text != "" && !rules.IsNounPhrase(text) && !(side == "target" && isPronoun) {
					t.Errorf("%s: %s: the %s %q is not a noun phrase", ref, f.Source, side, text)
				}
				if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
					t.Errorf("%s: %s: the %s %q is in Hebrew letters", ref, f.Source, side, text)
				}
			}
		}
	}
}

// TestSidesOfAnyWord takes every word of some chapters for a vehicle, which rules of
// a user's own can do, and checks the form of the sides.
func TestSidesOfAnyWord(t *testing.T) {
	n := 0
	for ch := range text().Chapters() {
		if n++; n%15 != 0 {
			continue
		}
		for i := range ch.Verses {
			for w := range ch.Verses[i].Words {
				target, vehicle := rules.SidesOfWord(&ch.Verses[i], w)
				if vehicle != "" && !rules.IsNounPhrase(vehicle) {
					t.Errorf("%s, word %d: the vehicle is %q", ch.Verses[i].Ref, w+1, vehicle)
				}
				if _, isPronoun := pronounForms[strings.ToLower(target)]; target != "" && !isPronoun && !rules.IsNounPhrase(target) {
					t.Errorf("%s, word %d: the target is %q", ch.Verses[i].Ref, w+1, target)
				}
			}
		}
	}
}

// TestNounPhrases checks the form of noun phrases with examples of either kind.
func TestNounPhrases(t *testing.T) {
	for text, want := range map[string]bool{
		"a lamb": true, "the appearance of the rainbow": true, "David’s tower": true, "those who go down into the pit": true, "all the people": true,
		"water": true, "a woman in labor": true, "dust and ashes": true, "their sons": true,
		"shall be as rottenness": false, "a prostitute, in": false, "the": false, "like a lion": false, "was like a vine": false, "of fire": false,
		"the sheep of": false, "נֶשֶׁר": false, "": false, "fire. The": false, "they": false, "a the lion": false,
	} {
		if got := rules.IsNounPhrase(text); got != want {
			t.Errorf("%q is a noun phrase: %t", text, got)
		}
	}
}
