package concordance

import "slices"

// topOf is the first n of a list in an order, in that order, without sorting
// the others.
func topOf[T any](list []T, n int, compare func(a, b T) int) []T {
	n = min(max(n, 0), len(list))
	top := make([]T, 0, n)
	for _, v := range list {
		if len(top) == n && (n == 0 || compare(v, top[n-1]) >= 0) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, v, compare)
		if len(top) == n {
			top = top[:n-1]
		}
		top = slices.Insert(top, at, v)
	}
	return top
}
