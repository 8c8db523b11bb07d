package interchange

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"mashal"
	"mashal/reference"
)

// A webAnno is a document in WebAnno TSV 3, the format of INCEpTION and WebAnno: one line
// for each token, with columns for the features of layers
// (https://inception-project.github.io/releases/36.0/docs/user-guide.html#sect_formats_webannotsv3).
type webAnno struct {
	a      *Annotation
	texts  Texts
	words  *wordPlaces
	layers []annoLayer

	sentence annoSentence
	last     int                  // the index of the word after the sentence before
	units    map[string]*annoUnit // by layer and id
	figures  map[string]bool      // layers of which a unit has a type
}

// An annoLayer is a layer of the document with its features.
type annoLayer struct {
	name  string
	first int // its first column
	count int // its number of columns
	span  bool
}

// An annoUnit is one annotation.
type annoUnit struct {
	line, order int
	layer       string
	values      []string
	places      []place
	outside     int // tokens whose words are not in the text
	why         string
}

// An annoSentence is a sentence with its tokens.
type annoSentence struct {
	line   int
	id     string
	text   string
	tokens []annoToken
}

// An annoToken is a token, or a part of one, with the cells of its line.
type annoToken struct {
	line       int
	part       bool // of the token before
	begin, end int  // in UTF-16 units of the document
	text       string
	cells      []string
}

// readWebAnno reads WebAnno TSV 3.
func readWebAnno(a *Annotation, in io.Reader, texts Texts) error {
	a.Format, a.covers = "WebAnno TSV", Verses
	w := &webAnno{a: a, texts: texts, units: map[string]*annoUnit{}, figures: map[string]bool{}}
	var err error
	if w.words, err = placesIn(texts); err != nil {
		return err
	}
	lines, n := bufio.NewScanner(in), 0
	lines.Buffer(nil, maxLine+1)
	for scan(lines) {
		n++
		if err := w.line(n, strings.TrimSuffix(lines.Text(), "\r")); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	w.endSentence()
	return w.end()
}

// line reads one line.
func (w *webAnno) line(n int, text string) error {
	switch {
	case n == 1:
		if !strings.HasPrefix(text, "#FORMAT=WebAnno TSV 3") {
			return fmt.Errorf("the format is %q, not WebAnno TSV 3: export the document from INCEpTION as \"WebAnno TSV v3.3\"", strings.TrimPrefix(text, "#FORMAT="))
		}
	case strings.HasPrefix(text, "#T_SP="), strings.HasPrefix(text, "#T_RL="), strings.HasPrefix(text, "#T_CH="):
		if len(w.sentence.tokens) > 0 {
			return fmt.Errorf("a layer is declared after the first token")
		}
		parts := strings.Split(text[len("#T_SP="):], "|")
		l := annoLayer{name: parts[0], first: 3, count: max(1, len(parts)-1), span: text[3] == 'S'}
		if k := len(w.layers); k > 0 {
			l.first = w.layers[k-1].first + w.layers[k-1].count
		}
		w.layers = append(w.layers, l)
	case strings.HasPrefix(text, "#Sentence.id="):
		w.endSentence()
		w.sentence.id = strings.TrimSpace(strings.TrimPrefix(text, "#Sentence.id="))
	case strings.HasPrefix(text, "#Text="):
		if len(w.sentence.tokens) > 0 {
			w.endSentence()
		}
		if w.sentence.line == 0 {
			w.sentence.line = n
		}
		w.sentence.text += strings.TrimPrefix(text, "#Text=") + " "
	case text == "":
		if len(w.sentence.tokens) > 0 {
			w.endSentence()
		}
	case text[0] == '#': // a comment
	default:
		return w.token(n, strings.Split(text, "\t"))
	}
	return nil
}

// token reads the line of a token: 1-2, 5-9, its text, and the cells of the layers.
func (w *webAnno) token(n int, cells []string) error {
	if len(cells) < 3 {
		return fmt.Errorf("a line of a token has at least a number such as 1-2, the offsets 5-9 and the token, separated by tabs")
	}
	_, number, isNumber := strings.Cut(cells[0], "-")
	begin, end, isOffsets := strings.Cut(cells[1], "-")
	from, errFrom := strconv.Atoi(begin)
	to, errTo := strconv.Atoi(end)
	if !isNumber || !isOffsets || errFrom != nil || errTo != nil || from < 0 || to < from {
		return fmt.Errorf("%q and %q are not the number of a token such as 1-2 and its offsets such as 5-9", cells[0], cells[1])
	}
	w.sentence.tokens = append(w.sentence.tokens, annoToken{n, strings.Contains(number, "."), from, to, cells[2], cells})
	return nil
}

// endSentence finds the words of the sentence in the text, and adds its tokens to units.
func (w *webAnno) endSentence() {
	s := w.sentence
	w.sentence = annoSentence{}
	if len(s.tokens) == 0 {
		return
	}
	// The Hebrew words of the tokens, with their offsets in the document.
	var words []textWord
	for _, t := range s.tokens {
		if t.part {
			continue
		}
		for _, word := range hebrewWords(t.text) {
			word.end = t.begin + units16(t.text[:word.end])
			word.begin = t.begin + units16(t.text[:word.begin])
			words = append(words, word)
		}
	}
	places, why := w.locate(&s, words)
	for _, p := range places {
		w.a.Read[p.ref] = true
	}
	for _, t := range s.tokens {
		var covered []place
		for i, word := range words {
			if why == "" && word.begin < t.end && t.begin < word.end {
				covered = append(covered, places[i])
			}
		}
		for _, l := range w.layers {
			w.cells(&l, &t, covered, why)
		}
	}
}

// units16 returns the length of a text in UTF-16 units, in which Java counts.
func units16(s string) int { return len(utf16.Encode([]rune(s))) }

// locate returns the place of each word, or why they have none.
func (w *webAnno) locate(s *annoSentence, words []textWord) ([]place, string) {
	if len(words) == 0 {
		return nil, "the sentence has no Hebrew word"
	}
	letters := make([]string, len(words))
	for i, word := range words {
		letters[i] = word.letters
	}
	found := w.words.find(letters)
	if len(found) == 0 {
		return nil, "the words of the sentence do not follow each other in the text: annotate the Westminster Leningrad Codex, with the words that are read"
	}
	if named, ok := verseIn(s.id); ok {
		found = inVerse(w.words, found, named)
	} else if named, ok := verseIn(s.text); ok {
		found = inVerse(w.words, found, named)
	}
	if len(found) > 1 && slices.Contains(found, w.last) {
		found = []int{w.last}
	}
	switch {
	case len(found) == 0:
		return nil, "the words of the sentence are not in the verse that it names"
	case len(found) > 1:
		return nil, fmt.Sprintf("the words of the sentence are in %d places, as in %s and %s: put the reference before the sentence", len(found), w.words.places[found[0]].ref, w.words.places[found[1]].ref)
	}
	w.last = found[0] + len(words)
	return w.words.places[found[0]:w.last], ""
}

// inVerse returns those of the indexes that are in a verse.
func inVerse(w *wordPlaces, found []int, ref mashal.Ref) []int {
	return slices.DeleteFunc(found, func(i int) bool { return w.places[i].ref != ref })
}

// verseIn returns the verse that a text names at its beginning: "Ps 23:1 מִזְמ֥וֹר", or an
// id such as Ps.23.1.
func verseIn(text string) (mashal.Ref, bool) {
	if i := strings.IndexFunc(text, func(r rune) bool { return r >= 'א' && r <= 'ת' }); i >= 0 {
		text = text[:i]
	}
	text = strings.Trim(text, " \t()[]:;,.")
	if text == "" || !strings.ContainsAny(text, "0123456789") {
		return mashal.Ref{}, false
	}
	if strings.Count(text, ".") == 2 { // OSIS
		text = strings.Replace(strings.Replace(text, ".", " ", 1), ".", ":", 1)
	}
	selection, err := reference.ParseSelection([]string{text})
	if err != nil || selection.Verses() != 1 {
		return mashal.Ref{}, false
	}
	return mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}, true
}

// cells adds the values of one layer at one token to its units.
func (w *webAnno) cells(l *annoLayer, t *annoToken, covered []place, why string) {
	for column := l.first; column < l.first+l.count && column < len(t.cells); column++ {
		for _, value := range splitCell(t.cells[column]) {
			text, id := cutID(value)
			if text == "_" {
				continue
			}
			if !l.span {
				if column == l.first {
					w.a.Skipped["links of the layer "+l.name]++
				}
				continue
			}
			key := l.name + "#" + id
			if id == "" {
				key += fmt.Sprint(t.line)
			}
			u := w.units[key]
			if u == nil {
				u = &annoUnit{line: t.line, order: len(w.units), layer: l.name}
				w.units[key] = u
			}
			if text != "*" && !slices.Contains(u.values, text) {
				u.values = append(u.values, text)
			}
			if column > l.first {
				continue // the words are known from the first column
			}
			u.places = append(u.places, covered...)
			if len(covered) == 0 {
				u.outside++
				u.why = cmp.Or(why, "the token has no Hebrew word")
			}
		}
	}
}

// end adds the units that have a type as figures.
func (w *webAnno) end() error {
	units := slices.SortedFunc(maps.Values(w.units), func(u, v *annoUnit) int { return u.order - v.order })
	types := make([][]mashal.Type, len(units))
	for i, u := range units {
		for _, value := range append(slices.Clone(u.values), shortName(u.layer)) {
			types[i] = append(types[i], typesIn(value)...)
		}
		types[i] = inOrder(types[i])
		if types[i] != nil {
			w.figures[u.layer] = true
		}
	}
	for i, u := range units {
		switch {
		case !w.figures[u.layer]:
			w.a.Skipped["annotations of the layer "+shortName(u.layer)]++
		case types[i] == nil:
			w.a.lose(u.line, "the annotation has no type; its values are %q", u.values)
		case len(u.places) == 0:
			w.a.lose(u.line, "%s", u.why)
		default:
			if u.outside > 0 {
				w.a.lose(u.line, "%d of the tokens have no place in the text; the figure counts without them: %s", u.outside, u.why)
			}
			w.a.addPlaces(w.texts, u.line, mashal.Figure{Types: types[i]}, u.places)
		}
	}
	if len(w.figures) == 0 && len(units) > 0 {
		return fmt.Errorf("no layer has a type of figure (%s): give the spans a feature with one of these values", typeNames())
	}
	return nil
}

// shortName returns the last part of the name of a layer: webanno.custom.Metaphor is Metaphor.
func shortName(layer string) string { return layer[strings.LastIndexByte(layer, '.')+1:] }

// splitCell divides a cell into stacked values, which "|" separates.
func splitCell(cell string) []string {
	var values []string
	begin := 0
	for i := 0; i < len(cell); i++ {
		switch cell[i] {
		case '\\':
			i++
		case '|':
			values = append(values, cell[begin:i])
			begin = i + 1
		}
	}
	return append(values, cell[begin:])
}

// cutID divides a value from its id, and removes the escapes: metaphor[2].
func cutID(value string) (text, id string) {
	if strings.HasSuffix(value, "]") && !strings.HasSuffix(value, `\]`) {
		if i := strings.LastIndexByte(value, '['); i >= 0 && (i == 0 || value[i-1] != '\\') {
			value, id = value[:i], value[i+1:len(value)-1]
		}
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) {
			i++
			switch value[i] {
			case 't', 'n', 'r':
				b.WriteByte(' ')
				continue
			}
		}
		b.WriteByte(value[i])
	}
	return b.String(), id
}

// typeNames returns the names of the types for messages.
func typeNames() string {
	var names []string
	for _, t := range mashal.Types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// typesIn returns the types that a free text names: "Metaphor", "simile; idiom",
// "figs-idiom" or an address that ends in one. It returns nil if it names anything else.
func typesIn(text string) []mashal.Type {
	var types []mashal.Type
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '|' || r == ',' }) {
		name = strings.ToLower(strings.TrimSpace(name))
		name = name[strings.LastIndexAny(name, "/#:")+1:]
		t, ok := noteTypes[name]
		if !ok {
			if t = mashal.Type(name); !t.Valid() {
				return nil
			}
		}
		types = append(types, t)
	}
	return inOrder(types)
}
