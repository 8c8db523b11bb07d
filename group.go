package mashal

// A BookRange is the books First to Last of the canon, both included.
type BookRange struct{ First, Last Book }

// IsBook reports whether the range is a single book.
func (r BookRange) IsBook() bool { return r.First == r.Last }

// String returns the name of the book or of the group of books. A range that is
// no group is printed as "First-Last".
func (r BookRange) String() string {
	if r.IsBook() {
		return r.First.Name()
	}
	for _, g := range BookGroups {
		if g.Books == r {
			return g.Name
		}
	}
	return r.First.Name() + "-" + r.Last.Name()
}

// A BookGroup is a named part of the canon. Its books are consecutive in the
// Hebrew order.
type BookGroup struct {
	Name    string
	Books   BookRange
	Divided bool // whether the group is one book that printed Bibles divide in two, such as Samuel
}

// BookGroups lists all groups. Larger groups come first, because
// Selection.String prints the first one that matches. It never prints Divided
// groups.
var BookGroups = []BookGroup{
	{Name: "all", Books: BookRange{1, 39}},
	{Name: "Torah", Books: BookRange{1, 5}},
	{Name: "Nevi'im", Books: BookRange{6, 26}},
	{Name: "Ketuvim", Books: BookRange{27, 39}},
	{Name: "Latter Prophets", Books: BookRange{12, 26}},
	{Name: "Former Prophets", Books: BookRange{6, 11}},
	{Name: "the Twelve", Books: BookRange{15, 26}},
	{Name: "Megillot", Books: BookRange{30, 34}},
	{Name: "Samuel", Books: BookRange{8, 9}, Divided: true},
	{Name: "Kings", Books: BookRange{10, 11}, Divided: true},
	{Name: "Chronicles", Books: BookRange{38, 39}, Divided: true},
}
