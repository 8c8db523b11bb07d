// Package definitions has the definitions of the types of figures and of the fields that
// describe them: one table, which the explorer shows beside each name, and which
// docs/glossary.md repeats.
package definitions

// A Definition says in a sentence or two what a name in the interface means.
type Definition struct {
	Key  string // "metaphor", "vehicle"
	Name string // as docs/glossary.md lists it
	Text string // in English; the interface translates it

	// Part is the id of the part of the manual that says more; "" if there is none.
	Part string
}

// All lists the definitions: the types, in the order of mashal.Types, then the fields.
var All = []Definition{
	{"metaphor", "metaphor", "One thing is spoken of as another, without a word such as “like”: “the treasurer is a leaking bucket”.", "metaphor"},
	{"simile", "simile", "One thing is compared with another of a different kind, by a word such as “like” or “as”: “he entered like a storm”.", "simile"},
	{"personification", "personification", "What is not a person acts, feels, speaks or is addressed as one: “the harbour mourned its ships”.", "personification"},
	{"idiom", "idiom", "A fixed expression that does not mean what its words add up to: “to kick the bucket”.", "idiom"},
	{"hyperbole", "hyperbole", "More is said than is meant, for effect: “I told you a million times”.", "hyperbole"},
	{"metonymy", "metonymy", "A thing is named for another that it belongs with: a place for its people, a part for the whole. “The palace denied it.”", "metonymy"},
	{"other", "other", "A figure that is none of the other types, such as irony, euphemism or a symbolic act. The subtype names it.", "other"},

	{"type", "type", "The kind of a figure: metaphor, simile, personification, idiom, hyperbole, metonymy or other. A figure can have several types.", "types"},
	{"subtype", "subtype", "A finer kind within a type, such as anthropomorphism or irony. It is optional.", "types"},
	{"standing", "standing", "Whether a figure counts: claimed figures do; conventional ones (once images, now ordinary words or formulae) and suggestions do not.", "conventions"},
	{"target", "target", "The thing that is described (the tenor). In “the LORD is my shepherd”: the LORD.", "target"},
	{"vehicle", "vehicle", "The image by which the target is described. In “the LORD is my shepherd”: a shepherd.", "vehicle"},
	{"ground", "ground", "What target and vehicle have in common. In “the LORD is my shepherd”: both care for those in their charge.", "ground"},
	{"posture", "posture", "The attitude of the figure to its target. In “the LORD is my shepherd”: trust.", "posture"},
	{"category", "category", "The middle level of a tag, from a fixed vocabulary so that it can be counted: of “a lion”, animal.", ""},
	{"domain", "domain", "The upper level of a tag, which several categories share: of “a lion”, nature.", ""},
	{"explanation", "explanation", "How the figure works in the verse, as its annotator says.", "explanation"},
	{"speaker", "speaker", "The one whose words these are, as the annotator says.", "speaker"},
	{"purpose", "purpose", "What the speaker does by the figure, as the annotator says.", "purpose"},
	{"confidence", "confidence", "A number from 0 to 1. Of a rule it is its measured precision, of the learned model a calibrated probability, of a model or a person their own estimate.", "confidence"},
	{"grounding", "grounding", "How the figure was located in the verse: exact, normalised (equal without points and punctuation), aligned (similar) or unanchored (not found).", ""},
	{"verdict", "verdict", "A decision of a validator or a person on one type of a figure: valid, invalid or reclassified.", ""},
	{"annotator", "annotator", "What found the figures: the built-in rules, the learned model, both together (offline), a language model, or a person.", ""},
	{"reading", "reading", "The result of one annotator for one chapter. A chapter can have several readings.", ""},
	{"deliberation", "deliberation", "What the annotator considered at the verse before it decided, if it says so.", "deliberation"},
	{"rule", "rule", "A pattern of words by which a figure is found without a model, with its source and its measured precision.", ""},
	{"lemma", "lemma", "The entry of the dictionary that a word is a form of, without prefixes.", ""},
	{"genre", "genre", "The kind of text that the chapter belongs to, such as prophecy or law.", "sensitivity-by-genre"},
	{"period", "age of the language", "The stage of Hebrew to which scholars assign the language of the verse. It does not date the text.", ""},
	{"precision", "precision", "Of the figures that an annotator marks, the share that the reference has too.", ""},
	{"recall", "recall", "Of the figures that the reference has, the share that the annotator marks.", ""},
	{"f1", "F1", "Precision and recall in one number: their harmonic mean.", ""},
	{"kappa", "kappa", "Agreement beyond what chance alone would give: 1 is full agreement, 0 is chance.", ""},
}

// byKey has the definitions by their keys.
var byKey = func() map[string]*Definition {
	m := make(map[string]*Definition, len(All))
	for i := range All {
		m[All[i].Key] = &All[i]
	}
	return m
}()

// Of returns the definition with a key, or nil if there is none.
func Of(key string) *Definition { return byKey[key] }
