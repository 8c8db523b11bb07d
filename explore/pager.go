package explore

import "strconv"

// An option is a value of a field and what it is called.
type option struct {
	Value string
	Label message
}

// A pager leads through a list.
type pager struct {
	Number, Last     int // pages, from 1
	First, To, Total int // items, from 1
}

// Prev is the number of the page before, "" if there is none.
func (p pager) Prev() string { return p.to(p.Number - 1) }

// Next is the number of the page after, "" if there is none.
func (p pager) Next() string { return p.to(p.Number + 1) }

func (p pager) to(n int) string {
	if n < 1 || n > p.Last {
		return ""
	}
	return strconv.Itoa(n)
}

// names is values as parameters have them.
func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}

// newPager returns the pager of a list at a page of so many items.
func newPager(number, size, items int) pager {
	first := (number - 1) * size
	return pager{Number: number, Last: max(1, (items+size-1)/size), First: first + 1, To: min(first+size, items), Total: items}
}

// maxPage is the highest page of a list that may be asked for.
const maxPage = 1_000_000
