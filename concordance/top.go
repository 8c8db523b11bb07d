package concordance

import "slices"

// topOf is the first n of a list in an order, in that order, without sorting
// the others.
func topOf[T any](list []T, n int, compare func(a, b T) int) []T {
	t := newTop(min(n, len(list)), compare)
	for _, v := range list {
		t.add(v)
	}
	return t.list
}

// A top is the first n in an order of all that were added.
type top[T any] struct {
	list    []T
	n       int
	compare func(a, b T) int
}

func newTop[T any](n int, compare func(a, b T) int) top[T] {
	n = max(n, 0)
	return top[T]{make([]T, 0, min(n, 1000)), n, compare}
}

func (t *top[T]) add(v T) {
	if len(t.list) == t.n {
		if t.n == 0 || t.compare(v, t.list[t.n-1]) >= 0 {
			return
		}
		t.list = t.list[:t.n-1]
	}
	at, _ := slices.BinarySearchFunc(t.list, v, t.compare)
	t.list = slices.Insert(t.list, at, v)
}
