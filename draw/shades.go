package draw

import (
	"cmp"
	"slices"
)

// Shades is the number of shades: one for nothing, the others from little to
// much. The stylesheet has them as the classes d0 to d5.
const Shades = 6

// ShadesOf tells into which shade a number falls, from 1 to shades-1, 0 for
// none. Shades have equal shares of the numbers, so that a few high ones do
// not make all others pale.
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
