package parquet

// The encodings of pages, the codec and the kinds of pages, as the format
// numbers them.
const (
	encodingPlain      = 0
	encodingRuns       = 3
	encodingDictionary = 8

	codecZstandard = 6

	pageData       = 0
	pageDictionary = 2

	required = 0
	optional = 1
	repeated = 2

	convertedList = 3
	logicalList   = 3
)

// A chunk is where the values of a column in a row group stand in the file.
type chunk struct {
	column     *column
	values     int
	dictionary bool
	start      int64 // of the dictionary, or else of the data
	data       int64
	size       int64 // in the file
	plainSize  int64 // before compression
}

// pageHeader returns the header of a page with the given number of values.
func pageHeader(dictionary bool, values, encoding, size, packed int) []byte {
	kind := pageData
	if dictionary {
		kind = pageDictionary
	}
	var t thrift
	t.int(1, kind)
	t.int(2, size)
	t.int(3, packed)
	if dictionary {
		t.structure(7, func() {
			t.int(1, values)
			t.int(2, encodingPlain)
		})
	} else {
		t.structure(5, func() {
			t.int(1, values)
			t.int(2, encoding)
			t.int(3, encodingRuns) // of whether values are there
			t.int(4, encodingRuns) // of which belong to one list
		})
	}
	return t.end()
}

// footer returns what is at the end of the file: the columns, where their
// values are, and what the file says about itself.
func (w *Writer[T]) footer() []byte {
	rows := 0
	for _, g := range w.groups {
		rows += g.rows
	}
	var t thrift
	t.int(1, 2) // version
	elements := schema(w.columns)
	t.structures(2, len(elements), func(i int) { elements[i].write(&t) })
	t.int64(3, int64(rows))
	t.structures(4, len(w.groups), func(i int) { w.groups[i].write(&t) })
	t.structures(5, len(w.meta), func(i int) {
		t.text(1, w.meta[i][0])
		t.text(2, w.meta[i][1])
	})
	t.text(6, w.createdBy)
	return t.end()
}

// An element is a node of the tree of columns.
type element struct {
	name       string
	kind       int // -1 for a node with children
	children   int
	repetition int // -1 for the root
	meaning    meaning
}

// schema returns the tree of columns, every node before its children.
func schema(columns []*column) []element {
	all := []element{{name: "row", kind: -1, children: len(columns), repetition: -1, meaning: isNumber}}
	for _, c := range columns {
		if c.list {
			all = append(
				all,
				element{name: c.name, kind: -1, children: 1, repetition: required, meaning: meaning{convertedList, logicalList}},
				element{name: "list", kind: -1, children: 1, repetition: repeated, meaning: isNumber},
				element{name: "element", kind: c.kind, repetition: required, meaning: c.meaning},
			)
			continue
		}
		repetition := required
		if c.option {
			repetition = optional
		}
		all = append(all, element{name: c.name, kind: c.kind, repetition: repetition, meaning: c.meaning})
	}
	return all
}

func (e element) write(t *thrift) {
	if e.kind >= 0 {
		t.int(1, e.kind)
	}
	if e.repetition >= 0 {
		t.int(3, e.repetition)
	}
	t.text(4, e.name)
	if e.children > 0 {
		t.int(5, e.children)
	}
	if e.meaning != isNumber {
		t.int(6, e.meaning.converted)
		t.structure(10, func() { t.structure(e.meaning.logical, func() {}) })
	}
}

func (g group) write(t *thrift) {
	var size, plainSize int64
	for _, ch := range g.chunks {
		size, plainSize = size+ch.size, plainSize+ch.plainSize
	}
	t.structures(1, len(g.chunks), func(i int) {
		t.int64(2, g.chunks[i].start)
		t.structure(3, func() { g.chunks[i].write(t) })
	})
	t.int64(2, plainSize)
	t.int64(3, int64(g.rows))
	t.int64(5, g.chunks[0].start)
	t.int64(6, size)
}

func (ch chunk) write(t *thrift) {
	c := ch.column
	t.int(1, c.kind)
	encodings := []int{c.encoding()}
	if ch.dictionary {
		encodings = append(encodings, encodingPlain)
	}
	if c.list || c.option {
		encodings = append(encodings, encodingRuns)
	}
	t.ints(2, encodings)
	path := []string{c.name}
	if c.list {
		path = append(path, "list", "element")
	}
	t.texts(3, path)
	t.int(4, codecZstandard)
	t.int64(5, int64(ch.values))
	t.int64(6, ch.plainSize)
	t.int64(7, ch.size)
	t.int64(9, ch.data)
	if ch.dictionary {
		t.int64(11, ch.start)
	}
}
