package draw

import (
	"cmp"
	"slices"
)

// Shades is the number of shades, including the one for zero. The stylesheet has
// the classes d0 to d5.
const Shades = 6

// ShadesOf returns a function from numbers to shades: 1 to Shades-1, or 0 for
// numbers that are not positive. Each shade has about the same share of numbers.
// Equal intervals would make most cells pale if a few numbers are high.
func ShadesOf(numbers []float64) func(float64) int {
	sorted := slices.DeleteFunc(slices.Clone(numbers), func(x float64) bool { return x <= 0 })
	slices.SortFunc(sorted, cmp.Compare)
	return func(x float64) int {
		if x <= 0 || len(sorted) == 0 {
			return 0
		}
		below, _ := slices.BinarySearch(sorted, x)
		return 1 + below*(Shades-1)/len(sorted)
	}
}
