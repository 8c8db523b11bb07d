package annotate

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/llm"
)

// A refusedPassage is what the parts of a passage share that a model has refused.
type refusedPassage struct {
	verses   int // of the passage
	times    int // how often the passage and its parts were refused
	answered int // parts that were answered
}

// hopeless reports whether all of the passage is refused, as far as is affordable to
// find out.
func (r *refusedPassage) hopeless() bool {
	return r != nil && r.answered == 0 && r.times >= llm.MostRefusals(r.verses)
}

// partsOfRefused returns the jobs that follow when a request was refused: those verses
// that the refusal names, and the others; or the halves if it names none. If the prompt
// was refused, and not the answer, a verse may be the reason that was shown and not
// asked for. The prompts that follow therefore do not show the verses that were named,
// or show only the verses that they ask for.
func partsOfRefused(q *question, j *job, refusal error) []job {
	shown := j.shownOf(q)
	named := namedVerses(refusal, q.chapter.Chapter, shown)
	if len(named) == 0 && canNarrow(q, j, refusal) {
		return []job{j.part(j.verses, j.verses)}
	}
	isNamed := func(v int) bool { return slices.Contains(named, v) }
	innocent := slices.DeleteFunc(slices.Clone(j.verses), isNamed)
	guilty := slices.DeleteFunc(slices.Clone(j.verses), func(v int) bool { return !isNamed(v) })
	var parts []job
	switch ofPrompt := isOfPrompt(refusal); {
	case len(named) == 0 || len(innocent) == 0:
		parts = j.split((len(j.verses) + 1) / 2)
		for i := range parts {
			if ofPrompt {
				parts[i].shown = parts[i].verses
			}
		}
	case ofPrompt:
		parts = append(parts, j.part(innocent, slices.DeleteFunc(shown, isNamed)))
		if len(guilty) > 0 {
			parts = append(parts, j.part(guilty, guilty))
		}
	default:
		parts = append(parts, j.part(innocent, j.shown))
		if len(guilty) > 0 {
			parts = append(parts, j.part(guilty, j.shown))
		}
	}
	return parts
}

// part returns the job for some of the verses, with the verses that its prompt shows.
func (j *job) part(verses, shown []int) job {
	next := *j
	next.verses, next.shown = verses, shown
	return next
}

// shownOf returns the verses that the prompt of a job shows.
func (j *job) shownOf(q *question) []int {
	if j.shown != nil {
		return slices.Clone(j.shown)
	}
	shown := make([]int, len(q.chapter.Verses))
	for i := range shown {
		shown[i] = q.chapter.Verses[i].Verse
	}
	return shown
}

// canNarrow reports whether a prompt was refused that shows more verses than it asks
// for.
func canNarrow(q *question, j *job, refusal error) bool {
	return isOfPrompt(refusal) && len(j.shownOf(q)) > len(j.verses)
}

// isOfPrompt reports whether a refusal is that of a prompt, and not of an answer.
func isOfPrompt(refusal error) bool {
	var e *llm.Error
	return errors.As(refusal, &e) && e.OfPrompt
}

// verseNames and placeNames match verses as messages name them: "verse 7",
// "verses 3, 5 and 9-11", "Obadiah 1:7", "Obad.1.7".
var (
	verseNames = regexp.MustCompile(`(?i)\b(?:verses?|vv?\.)["']?\s*[:=#]?\s*(?:(?:number|no\.?|nr\.?)\s*)?["'\[]?(\d+(?:\s*(?:-|–|,|and|to|&)+\s*\d+)*)`)
	placeNames = regexp.MustCompile(`(?:\b|[A-Za-z]\.)(\d+)[:.](\d+(?:[-–]\d+)?)\b`)
	plainRange = strings.NewReplacer("–", "-", "to", "-", "and", ",", "&", ",", " ", "", "\t", "", "\n", "")
)

// namedVerses returns the verses, ascending, that the words of a refusal name. It
// returns none if they name all of those shown, as an echo of the prompt does.
func namedVerses(refusal error, ch mashal.Chapter, shown []int) []int {
	var e *llm.Error
	if !errors.As(refusal, &e) || e.Err == nil {
		return nil
	}
	words := e.Err.Error()
	var lists []string
	for _, m := range verseNames.FindAllStringSubmatch(words, -1) {
		lists = append(lists, m[1])
	}
	for _, m := range placeNames.FindAllStringSubmatch(words, -1) {
		if m[1] == strconv.Itoa(ch.Number) {
			lists = append(lists, m[2])
		}
	}
	var named []int
	for _, list := range lists {
		for part := range strings.SplitSeq(plainRange.Replace(strings.ToLower(list)), ",") {
			ranges, err := mashal.ParseRanges(part)
			if err != nil {
				continue
			}
			for _, v := range shown {
				if slices.ContainsFunc(ranges, func(r mashal.WordRange) bool { return r.First <= v && v <= r.Last }) {
					named = append(named, v)
				}
			}
		}
	}
	slices.Sort(named)
	if named = slices.Compact(named); len(named) == len(shown) {
		return nil
	}
	return named
}
