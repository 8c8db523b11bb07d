package lexicon

import "slices"

// TopOf is the first n of a list in an order, in that order, without sorting
// the others.
func TopOf[T any](list []T, n int, compare func(a, b T) int) []T {
	t := NewTop(min(n, len(list)), compare)
	for _, v := range list {
		t.Add(v)
	}
	return t.List
}

// A top is the first n in an order of all that were added.
type top[T any] struct {
	List    []T
	n       int
	compare func(a, b T) int
}

// NewTop returns an empty list that keeps the first n of what is added.
func NewTop[T any](n int, compare func(a, b T) int) top[T] {
	n = max(n, 0)
	return top[T]{make([]T, 0, min(n, 1000)), n, compare}
}

func (t *top[T]) Add(v T) {
	if len(t.List) == t.n {
		if t.n == 0 || t.compare(v, t.List[t.n-1]) >= 0 {
			return
		}
		t.List = t.List[:t.n-1]
	}
	at, _ := slices.BinarySearchFunc(t.List, v, t.compare)
	t.List = slices.Insert(t.List, at, v)
}
