// Package topn selects the first n values in an order without sorting the
// others.
package topn

import "slices"

// A List keeps the first n of the values added, in order.
type List[T any] struct {
	values  []T
	n       int
	compare func(a, b T) int
}

// New returns an empty list for at most n values.
func New[T any](n int, compare func(a, b T) int) List[T] {
	n = max(n, 0)
	return List[T]{make([]T, 0, min(n, 1000)), n, compare}
}

// Add adds a value, unless n values precede it.
func (l *List[T]) Add(v T) {
	if len(l.values) == l.n {
		if l.n == 0 || l.compare(v, l.values[l.n-1]) >= 0 {
			return
		}
		l.values = l.values[:l.n-1]
	}
	at, _ := slices.BinarySearchFunc(l.values, v, l.compare)
	l.values = slices.Insert(l.values, at, v)
}

// Values returns the values kept, in order.
func (l *List[T]) Values() []T { return l.values }

// Of returns the first n of the given values, in order.
func Of[T any](values []T, n int, compare func(a, b T) int) []T {
	l := New(min(n, len(values)), compare)
	for _, v := range values {
		l.Add(v)
	}
	return l.Values()
}
