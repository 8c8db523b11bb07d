// Package typo tells what somebody who misspelt a name meant by it: a book,
// a parameter, a vendor, a value that the concordance has.
package typo

import (
	mathbits "math/bits"
	"slices"
	"strings"
)

// maxTyped is how long what was typed may be, in bytes, to be compared with
// known values: nothing longer is like one of them.
const maxTyped = 64

// shortestBeginning is how many letters a name must have to be taken for the
// beginning of another.
const shortestBeginning = 3

// Nearest is the known value that is most like what was typed, the first of
// several; "" if none is much like it.
func Nearest(typed string, known []string) string {
	if all := AllNearest(typed, known); len(all) > 0 {
		return known[all[0]]
	}
	return ""
}

// AllNearest is the places of the known values that are most like what was
// typed, none if none is much like it. Those are the most like it that begin
// with it; else those that it is the fewest letters away from, as distance
// counts, at most a third of it. Case does not matter.
func AllNearest(typed string, known []string) []int {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" || len(typed) > maxTyped {
		return nil
	}
	letters := []rune(typed)
	set := letterSet(typed)
	var beginning, nearest []int
	limit := len(letters)/3 + 1 // no value of this distance is near enough
	for i, k := range known {
		folded := strings.ToLower(k)
		if len(letters) >= shortestBeginning && strings.HasPrefix(folded, typed) {
			beginning = append(beginning, i)
			continue
		}
		// Whatever is done to a letter puts in one at most and takes out one at
		// most, by which most known values are told to be too far away.
		if len(beginning) > 0 || mathbits.OnesCount64(set^letterSet(folded)) > 2*(limit-1) {
			continue
		}
		switch d := distance(letters, []rune(folded), limit); {
		case d == limit:
		case d == limit-1 && nearest != nil:
			nearest = append(nearest, i)
		default:
			nearest, limit = []int{i}, d+1
		}
	}
	if beginning != nil {
		return beginning
	}
	return nearest
}

// letterSet is the letters of a text, some of which share a bit.
func letterSet(s string) (set uint64) {
	for _, r := range s {
		set |= 1 << (r & 63)
	}
	return set
}

// distance is how many single letters must be put in, left out, changed, or
// exchanged with their neighbour to make one word of another, no letter twice
// (optimal string alignment); limit if it is not less.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
		if slices.Min(row) >= limit { // and no later row has less
			return limit
		}
	}
	return min(row[len(b)], limit)
}
