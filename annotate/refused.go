package annotate

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
	"mashal/llm"
	"mashal/reference"
)

// A refusedPassage is what the parts of a passage share that a model has refused.
type refusedPassage struct {
	verses   int // of the passage
	times    int // how often the passage and its parts were refused
	answered int // parts that were answered
}

// exhausted reports whether as many requests for the passage and its parts were refused
// as are affordable, and none was answered.
func (r *refusedPassage) exhausted() bool {
	return r != nil && r.answered == 0 && r.times >= llm.MostRefusals(r.verses)
}

// partsOfRefused returns the jobs that follow when a request was refused: those verses
// that the refusal names, and the others; or the halves if it names none that can be
// separated. If the prompt was refused, and not the answer, a verse may be the reason
// that was shown and not asked for. The prompts that follow therefore do not show the
// verses that were named, or show only the verses that they ask for.
func partsOfRefused(q *question, j *job, refusal error) []job {
	shown, ofPrompt := j.shownOf(q), isOfPrompt(refusal)
	mentioned := namedVerses(refusal, q.chapter.Chapter, shown, j.verses)
	if len(mentioned) == 0 && canNarrow(q, j, refusal) {
		return []job{j.part(j.verses, j.verses)}
	}
	isNamed := func(v int) bool { return slices.Contains(mentioned, v) }
	others := slices.DeleteFunc(slices.Clone(j.verses), isNamed)
	named := slices.DeleteFunc(slices.Clone(j.verses), func(v int) bool { return !isNamed(v) })
	if len(others) == 0 || len(named) == 0 && !(ofPrompt && len(mentioned) > 0) {
		parts := j.split((len(j.verses) + 1) / 2)
		for i := range parts {
			if ofPrompt {
				parts[i].shown = parts[i].verses
			}
		}
		return parts
	}
	shownToOthers, shownToNamed := j.shown, j.shown
	if ofPrompt {
		shownToOthers, shownToNamed = slices.DeleteFunc(shown, isNamed), named
	}
	parts := []job{j.part(others, shownToOthers)}
	if len(named) > 0 {
		parts = append(parts, j.part(named, shownToNamed))
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

// maxBookWords is the number of words of the longest names of books: "Song of Songs".
const maxBookWords = 3

// verseNames, shortNames and placeNames match verses as messages name them: "verse 7",
// "verses 3, 5 and 9-11", "verse 1:7"; "see v. 7", "vv. 7-8"; "Obadiah 1:7", "Obad.1.7",
// "chapter 1:7". The short "v." is a verse only after certain words and before a space:
// "policy v.2" is a version. The words before a place are its first group.
var (
	verseNames   = regexp.MustCompile(`(?i)\bverses?["']?\s*[:=#]?\s*(?:(?:number|no\.?|nr\.?)\s*)?["'\[]?` + verseNumbers)
	shortNames   = regexp.MustCompile(`(?i)(?:\bvv\.\s*|(?:^|[:;,(\[]|\b(?:see|in|at|of|to|for|from|and|by|with))\s*\bv\.\s+)` + verseNumbers)
	placeNames   = regexp.MustCompile(`((?:[\pL\d]+\.?\s*){0,2}\pL+)[.\s]\s*(\d+)[:.](\d+(?:[-–]\d+)?)`)
	verseNumbers = `((?:\d+[:.])?\d+(?:\s*(?:-|–|,|and|to|&)+\s*(?:\d+[:.])?\d+)*)`
	goesOn       = regexp.MustCompile(`^(?:[:.]?\d|\w|/)`)
	plainRange   = strings.NewReplacer("–", "-", "to", "-", "and", ",", "&", ",", " ", "", "\t", "", "\n", "")
)

// namedVerses returns the verses, ascending, that the words of a refusal name: those that
// are shown and called verses, and those that are shown, asked for and named as places of
// the chapter. It returns none if all are named that are shown, as an echo of the prompt
// does.
func namedVerses(refusal error, ch mashal.Chapter, shown, asked []int) []int {
	var e *llm.Error
	if !errors.As(refusal, &e) || e.Err == nil {
		return nil
	}
	words := e.Err.Error()
	var named []int
	for _, m := range verseNames.FindAllStringSubmatch(words, -1) {
		named = append(named, versesOfList(m[1], ch, shown)...)
	}
	requested := slices.DeleteFunc(slices.Clone(shown), func(v int) bool { return !slices.Contains(asked, v) })
	for _, m := range shortNames.FindAllStringSubmatch(words, -1) {
		named = append(named, versesOfList(m[1], ch, requested)...)
	}
	for _, m := range placeNames.FindAllStringSubmatchIndex(words, -1) {
		if words[m[4]:m[5]] == strconv.Itoa(ch.Number) && endsWithBook(words[m[2]:m[3]], ch.Book) && !goesOn.MatchString(words[m[1]:]) {
			named = append(named, versesOfList(words[m[6]:m[7]], ch, requested)...)
		}
	}
	slices.Sort(named)
	if named = slices.Compact(named); len(named) == len(shown) {
		return nil
	}
	return named
}

// versesOfList returns those of some verses that a list such as "3, 5 and 9-11" has. Its
// numbers may have the chapter before them.
func versesOfList(list string, ch mashal.Chapter, verses []int) (named []int) {
	for part := range strings.SplitSeq(plainRange.Replace(strings.ToLower(list)), ",") {
		ends := strings.Split(part, "-")
		for i := range ends {
			for _, sign := range []string{":", "."} {
				ends[i] = strings.TrimPrefix(ends[i], strconv.Itoa(ch.Number)+sign)
			}
		}
		ranges, err := mashal.ParseRanges(strings.Join(ends, "-"))
		if err != nil {
			continue // a number of another chapter, or no range
		}
		for _, v := range verses {
			if slices.ContainsFunc(ranges, func(r mashal.WordRange) bool { return r.First <= v && v <= r.Last }) {
				named = append(named, v)
			}
		}
	}
	return named
}

// endsWithBook reports whether words end with "chapter" or with a name of a book. Names
// have a capital letter, and at least three letters or those of the OSIS code, because "is",
// "am" and "job" are also words of sentences.
func endsWithBook(words string, book mashal.Book) bool {
	list := strings.Fields(strings.ReplaceAll(words, ".", " "))
	last := list[len(list)-1]
	if strings.EqualFold(last, "chapter") {
		return true
	}
	letters := strings.TrimLeftFunc(last, unicode.IsDigit)
	if first, _ := utf8.DecodeRuneInString(letters); !unicode.IsUpper(first) || utf8.RuneCountInString(letters) < 3 && last != book.OSIS() {
		return false
	}
	for n := range min(len(list), maxBookWords) {
		if b, err := reference.ParseBook(strings.Join(list[len(list)-1-n:], " ")); err == nil && b == book {
			return true
		}
	}
	return false
}
