package web

import "strconv"

// An Option is a value of a form field with its label.
type Option struct {
	Value string
	Label Message
}

// A Pager describes a page of a list, for the links to other pages.
type Pager struct {
	Number, Last     int // pages, from 1
	First, To, Total int // items, from 1
}

// Prev returns the number of the previous page, or "" on the first page.
func (p Pager) Prev() string { return p.to(p.Number - 1) }

// Next returns the number of the next page, or "" on the last page.
func (p Pager) Next() string { return p.to(p.Number + 1) }

func (p Pager) to(n int) string {
	if n < 1 || n > p.Last {
		return ""
	}
	return strconv.Itoa(n)
}

// Names converts values to strings.
func Names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}

// NewPager returns the pager of a list with the given number of items and items per
// page.
func NewPager(number, size, items int) Pager {
	first := (number - 1) * size
	return Pager{Number: number, Last: max(1, (items+size-1)/size), First: first + 1, To: min(first+size, items), Total: items}
}

// MaxPage is the highest page number that a parameter accepts.
const MaxPage = 1_000_000
