package simulate

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"mashal"
	"mashal/annotate"
)

// The shares of the types that are not judged valid.
const (
	invalidShare      = 0.05
	reclassifiedShare = 0.05
)

// judge returns verdicts on the figures of a question as JSON. The verdicts have no
// meaning. Those on a figure depend only on the seed, the chapter and the
// description of the figure, so they are the same in every request.
func judge(q question, seed uint64) (string, error) {
	judgements := make([]mashal.Judgement, len(q.verses))
	for i, verse := range q.verses {
		judgements[i].Verse = verse
		for _, f := range q.figures[i] {
			judgements[i].Verdicts = append(judgements[i].Verdicts, f.verdicts(q.chapter, seed))
		}
	}
	encode := annotate.EncodeVerdicts
	if q.long {
		encode = annotate.EncodeLongVerdicts
	}
	text, err := encode(judgements)
	return string(text), err
}

// verdicts returns a random verdict on each type of the figure.
func (f figure) verdicts(chapter mashal.Chapter, seed uint64) []mashal.Verdict {
	h := fnv.New64a()
	fmt.Fprint(h, chapter.OSIS(), f.description)
	rng := rand.New(rand.NewPCG(seed, h.Sum64()))
	reason := verdictReasons[f.types[0]]
	list := make([]mashal.Verdict, len(f.types))
	for i, typ := range f.types {
		v := mashal.Verdict{Type: typ, Decision: mashal.Valid}
		switch x := rng.Float64(); {
		case x < invalidShare:
			v.Decision = mashal.Invalid
			reason = "The words have their literal meaning here."
		case x < invalidShare+reclassifiedShare:
			v.Decision = mashal.Reclassified
			others := slices.DeleteFunc(slices.Clone(mashal.Types), func(t mashal.Type) bool { return t == typ })
			v.To = others[rng.IntN(len(others))]
			reason = verdictReasons[v.To]
		}
		list[i] = v
	}
	for i := range list {
		list[i].Reason = reason
	}
	return list
}

// verdictReasons maps each type to the reason of verdicts for it.
var verdictReasons = map[mashal.Type]string{
	mashal.Metaphor:        "Target and vehicle are of different domains.",
	mashal.Simile:          "The comparison is marked by a word of its own.",
	mashal.Personification: "A thing acts like a person.",
	mashal.Idiom:           "The fixed phrase means more than its words together.",
	mashal.Hyperbole:       "The measure is exaggerated and not meant literally.",
	mashal.Metonymy:        "One thing is named for another that belongs to it.",
	mashal.Other:           "The meaning differs from the literal one.",
}
