package concordance

import (
	mathbits "math/bits"
	"slices"
	"strings"
)

// maxTyped is how long what was typed may be, in bytes, to be compared with
// known values: nothing longer is like one of them.
const maxTyped = 64

// nearest is the known value that is most like what was typed, "" if none is
// much like it: what begins with it, or is reached by the fewest single
// letters put in, left out or changed, at most a third of it.
func nearest(typed string, known []string) string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" || len(typed) > maxTyped {
		return ""
	}
	a := []rune(typed)
	letters := letterSet(typed)
	best, least := "", len(a)/3+1
	for _, k := range known {
		folded := strings.ToLower(k)
		if len(a) > 2 && strings.HasPrefix(folded, typed) {
			return k
		}
		// A change puts in one letter and takes out one at most, which most
		// known values are told by to be too far away.
		if mathbits.OnesCount64(letters^letterSet(folded)) > 2*(least-1) {
			continue
		}
		if d := distance(a, []rune(folded), least); d < least {
			best, least = k, d
		}
	}
	return best
}

// letterSet is the letters of a text, some of which share a bit.
func letterSet(s string) (set uint64) {
	for _, r := range s {
		set |= 1 << (r & 63)
	}
	return set
}

// distance is how many single letters must be put in, left out or changed to
// make one word of another, or limit if it is not less.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
		if slices.Min(row) >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
