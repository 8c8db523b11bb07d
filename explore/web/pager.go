package web

import "strconv"

// An Option is a value of a field and what it is called.
type Option struct {
	Value string
	Label Message
}

// A Pager leads through a list.
type Pager struct {
	Number, Last     int // pages, from 1
	First, To, Total int // items, from 1
}

// Prev is the number of the page before, "" if there is none.
func (p Pager) Prev() string { return p.to(p.Number - 1) }

// Next is the number of the page after, "" if there is none.
func (p Pager) Next() string { return p.to(p.Number + 1) }

func (p Pager) to(n int) string {
	if n < 1 || n > p.Last {
		return ""
	}
	return strconv.Itoa(n)
}

// Names is values as parameters have them.
func Names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}

// NewPager returns the pager of a list at a page of so many items.
func NewPager(number, size, items int) Pager {
	first := (number - 1) * size
	return Pager{Number: number, Last: max(1, (items+size-1)/size), First: first + 1, To: min(first+size, items), Total: items}
}

// MaxPage is the highest page of a list that may be asked for.
const MaxPage = 1_000_000
