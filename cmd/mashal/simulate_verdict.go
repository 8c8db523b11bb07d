package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"mashal"
	"mashal/annotate"
)

// How often the simulated model takes a claim for wrong, for each type.
const (
	deniedShare       = 0.05 // it is no figure
	reclassifiedShare = 0.05 // it is one of another type
)

// judge gives verdicts on the figures claimed. What is said of a figure
// depends on the seed, the chapter, and what the prompt says of that figure,
// not on what else is asked or when. It is not to be taken for a judgement.
func judge(d demand, seed uint64) (string, error) {
	judgements := make([]mashal.Judgement, len(d.verses))
	for i, verse := range d.verses {
		judgements[i].Verse = verse
		for _, c := range d.claims[i] {
			judgements[i].Verdicts = append(judgements[i].Verdicts, c.judge(d.chapter, seed))
		}
	}
	text, err := annotate.EncodeVerdicts(judgements)
	return string(text), err
}

func (c claim) judge(chapter mashal.Chapter, seed uint64) []mashal.Verdict {
	h := fnv.New64a()
	fmt.Fprint(h, chapter.OSIS(), c.said)
	rng := rand.New(rand.NewPCG(seed, h.Sum64()))
	reason := verdictReasons[c.types[0]]
	verdicts := make([]mashal.Verdict, len(c.types))
	for i, claimed := range c.types {
		v := mashal.Verdict{Type: claimed, Decision: mashal.Valid}
		switch x := rng.Float64(); {
		case x < deniedShare:
			v.Decision = mashal.Invalid
			reason = "The words mean here what they say."
		case x < deniedShare+reclassifiedShare:
			v.Decision = mashal.Reclassified
			others := slices.DeleteFunc(slices.Clone(mashal.Types), func(t mashal.Type) bool { return t == claimed })
			v.To = others[rng.IntN(len(others))]
			reason = verdictReasons[v.To]
		}
		verdicts[i] = v
	}
	for i := range verdicts {
		verdicts[i].Reason = reason
	}
	return verdicts
}

// verdictReasons are what is said for each type.
var verdictReasons = map[mashal.Type]string{
	mashal.Metaphor:        "Target and vehicle are of different domains.",
	mashal.Simile:          "The comparison is marked by a word of its own.",
	mashal.Personification: "What has no will acts as a person does.",
	mashal.Idiom:           "The fixed phrase means more than its words together.",
	mashal.Hyperbole:       "Nobody would take this measure at its word.",
	mashal.Metonymy:        "One thing is named for another that belongs to it.",
	mashal.Other:           "Something else is meant than is said.",
}
