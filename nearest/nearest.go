// Package nearest finds the known name that a misspelt one most likely means:
// a book, a parameter, a vendor, a value in the concordance.
package nearest

import (
	"math/bits"
	"strings"

	"github.com/hbollon/go-edlib"
)

// maxTyped is the length in bytes from which a name is compared with nothing:
// no known name is that long.
const maxTyped = 64

// minPrefix is the number of letters that a name needs to count as the
// beginning of a known one.
const minPrefix = 3

// Name returns the known name nearest to what was typed, the first of several
// equally near ones, or "" if none is near.
func Name(typed string, known []string) string {
	if all := Indexes(typed, known); len(all) > 0 {
		return known[all[0]]
	}
	return ""
}

// Indexes returns the indexes of the known names nearest to what was typed.
// Names that begin with it come first; if there are none, it returns the names
// with the smallest edit distance, which may be at most a third of the letters
// typed. It ignores case and surrounding space.
func Indexes(typed string, known []string) []int {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" || len(typed) > maxTyped {
		return nil
	}
	length := len([]rune(typed))
	letters := letterSet(typed)
	var prefixed, nearest []int
	limit := length / 3 // the largest distance that counts as near
	for i, name := range known {
		folded := strings.ToLower(name)
		if length >= minPrefix && strings.HasPrefix(folded, typed) {
			prefixed = append(prefixed, i)
			continue
		}
		// One edit adds at most one letter and removes at most one, so most
		// names are known to be too far away without computing a distance.
		if len(prefixed) > 0 || bits.OnesCount64(letters^letterSet(folded)) > 2*limit {
			continue
		}
		switch d := edlib.OSADamerauLevenshteinDistance(typed, folded); {
		case d > limit:
		case d == limit && nearest != nil:
			nearest = append(nearest, i)
		default:
			nearest, limit = []int{i}, d
		}
	}
	if prefixed != nil {
		return prefixed
	}
	return nearest
}

// letterSet returns the letters of a text as a bit set in which some letters
// share a bit.
func letterSet(s string) (set uint64) {
	for _, r := range s {
		set |= 1 << (r & 63)
	}
	return set
}
