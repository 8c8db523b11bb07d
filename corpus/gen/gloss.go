package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks around words of a definition.
const (
	italic = '\x01'
	bold   = '\x03'
	plain  = '\x02'
)

var (
	// The dictionary has "{word}" for "word,", and "word6" before a line break.
	braces     = regexp.MustCompile(`\{([^{}]*)\}(\)?)`)
	references = regexp.MustCompile(`<ref [^>]*>([^<]*)</ref>`)
	usageFrom  = regexp.MustCompile(`:?\x02? ?: ?-|:\x02 -`)
	spaces     = regexp.MustCompile(`\s+`)
)

// definition splits a definition into the meaning and the translations of the King James
// Version.
func definition(def string) (meaning, usage string) {
	s := strings.NewReplacer("6<lb/>", ",", "<lb/>", "", `<hi rend="italic">`, string(italic), `<hi rend="bold">`, string(bold), `</hi>`, string(plain)).Replace(def)
	s = references.ReplaceAllString(s, "$1")
	for braces.MatchString(s) {
		s = braces.ReplaceAllString(s, "$1$2,")
	}
	s = spaces.ReplaceAllString(s, " ")
	meaning = s
	if at := usageFrom.FindAllStringIndex(s, -1); at != nil {
		end := at[len(at)-1]
		meaning, usage = s[:end[0]], strings.Trim(s[end[1]:], " .")
	}
	return strings.Trim(meaning, " .:"), usage
}

// The limits of a gloss.
const (
	maxTerms = 4
	maxGloss = 64 // bytes
)

// gloss returns a short translation of a lemma. It is made of the words with which the
// dictionary explains and translates the entry, those first with which the World English
// Bible translates the lemma most often. For a name it is the name with a description.
func (e *strongsEntry) gloss(l *lemmaForms) string {
	sense := withoutEtymology(e.meaning)
	if name := e.properName(sense); name != "" && 2*l.names > l.words {
		return name
	}
	if terms := e.translations(sense, l); len(terms) > 0 {
		if 5*l.verbs > l.words && !strings.HasPrefix(terms[0], "to ") {
			terms[0] = "to " + terms[0]
		}
		return strings.Join(terms, ", ")
	}
	if terms := senses(sense); len(terms) > 0 {
		return strings.Join(terms, ", ")
	}
	if sense = unmarked(sense); sense != "" && len(sense) <= maxGloss && !strings.HasPrefix(sense, "meaning the same") {
		return sense
	}
	return e.firstUsages()
}

// translations returns the words of the entry with which at least a tenth of the words of
// a lemma are translated, the most frequent first.
func (e *strongsEntry) translations(sense string, l *lemmaForms) []string {
	var terms []string
	counts := map[string]int{}
	for _, term := range append(e.usages(), senses(sense)...) {
		n := 0
		term = article.ReplaceAllString(term, "")
		for i, word := range contentWords(term) {
			if count := l.english[baseStem(word)]; i == 0 || count < n {
				n = count
			}
		}
		same := slices.ContainsFunc(terms, func(t string) bool { return baseStem(t) == baseStem(term) })
		if n > 0 && 10*n >= l.words && !same {
			counts[term], terms = n, append(terms, term)
		}
	}
	slices.SortStableFunc(terms, func(a, b string) int { return counts[b] - counts[a] })
	return terms[:min(len(terms), maxTerms)]
}

// article matches what precedes a noun or a verb in a term.
var article = regexp.MustCompile(`^(to|an?|the) `)

// contentWords returns the words of a term without function words.
func contentWords(term string) []string {
	return slices.DeleteFunc(strings.Fields(strings.ReplaceAll(term, "-", " ")), func(w string) bool { return functionWords[strings.ToLower(w)] })
}

// senses returns the emphasised words of a meaning, those in remarks only if there are no
// others.
func senses(sense string) []string {
	for _, s := range []string{parentheses.ReplaceAllString(sense, ""), sense} {
		if terms := emphasised(s); len(terms) > 0 {
			return terms
		}
	}
	return nil
}

// usages returns the translations of the King James Version, without their remarks.
func (e *strongsEntry) usages() []string {
	usage, _, _ := strings.Cut(e.usage, ". ")
	usage, _, _ = strings.Cut(usage, " Compare")
	for parentheses.MatchString(usage) {
		usage = parentheses.ReplaceAllString(usage, "")
	}
	var terms []string
	for term := range strings.SplitSeq(usage, ",") {
		term = strings.Join(strings.Fields(strings.NewReplacer("X ", "", "+ ", "").Replace(term+" ")), " ")
		if term = strings.Trim(term, " ;."); term != "" && term == strings.Trim(term, "-") && !strings.ContainsAny(term, "[]()0123456789") {
			terms = append(terms, term)
		}
	}
	return terms
}

// parentheses matches remarks, in which emphasised words are no senses.
var parentheses = regexp.MustCompile(`\([^()]*\)`)

// etymology matches the beginning of a clause about the origin of a word.
var etymology = regexp.MustCompile(`^(\(.*?\)[:;,]? ?)?(An? (primitive|form|variation|orthograph|collateral|denominative|prim|root|shortened|prolonged|doubtful|fuller|plural|contracted|unused)` +
	`|From|Of (uncertain|foreign|Persian|Egyptian|Hebrew|the same|Chaldee)|Feminine|Masculine|The (same|second|first|third)|Probably|Perhaps|Apparently|Patronymic|Patrial|Plural|Passive|Active` +
	`|For|Another|Intensive|By|Dual|Contracted|Denominative|Prolonged|Formed|Multipl|Reduplicated|Ordinal|Irregular|Shortened|Akin|Second|Adverb|Infinitive|Transposition|Used|Construction|Properly (the|passive|active|feminine)|As if|corresponding|\(Chaldee|Chaldee)`)

// withoutEtymology removes the clauses about the origin of a word from its meaning.
func withoutEtymology(meaning string) string {
	for etymology.MatchString(meaning) {
		first, rest, ok := strings.Cut(meaning, ";")
		if !ok {
			first, rest, ok = strings.Cut(meaning, ": ")
		}
		if !ok {
			if strings.ContainsAny(first, string(italic)) && !strings.Contains(first, "sense of") {
				return meaning
			}
			return ""
		}
		meaning = strings.TrimSpace(rest)
	}
	return meaning
}

// properName returns a name with a description, such as "Jaziel, an Israelite", or "" if
// the sense has no name. The name is spelt as in the King James Version.
func (e *strongsEntry) properName(sense string) string {
	name := ""
	for clause := range strings.SplitSeq(sense, ";") {
		clause = strings.TrimSpace(clause)
		clause = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(clause, "also "), "(that is)"))
		spelled, ok := strings.CutPrefix(clause, string(italic))
		if r, _ := utf8.DecodeRuneInString(spelled); ok && unicode.IsUpper(r) {
			name = strings.NewReplacer("´ ", "’", "´", "’").Replace(unmarked(spelled))
		}
	}
	usage, _, _ := strings.Cut(e.usage, ",")
	usage, _, _ = strings.Cut(usage, ".")
	usage, _, _ = strings.Cut(strings.Trim(usage, " +"), " (")
	if r, _ := utf8.DecodeRuneInString(usage); name == "" || !unicode.IsUpper(r) {
		return shorten(name)
	}
	if at := description.FindStringIndex(name); at != nil {
		return shorten(usage + ", " + strings.TrimLeft(name[at[0]:], ", "))
	}
	return shorten(usage)
}

// description matches the beginning of the description of a name.
var description = regexp.MustCompile(`,? (an?|the|one|two|three|four|some|probably|possibly|perhaps|David’s|that is,) `)

// shorten cuts a gloss at the last word that is short enough.
func shorten(s string) string {
	for len(s) > maxGloss {
		at := strings.LastIndexAny(s, " ")
		s = strings.TrimRight(s[:at], " ,;(")
	}
	if n := strings.Count(s, "(") - strings.Count(s, ")"); n > 0 {
		s = strings.TrimRight(s[:strings.LastIndex(s, "(")], " ,")
	}
	return strings.TrimSpace(unfinished.ReplaceAllString(s, ""))
}

// unfinished matches function words at the end of a gloss that was cut.
var unfinished = regexp.MustCompile(`(,? (of|the|a|an|and|or|in|on|to|for|by|with|from|its|his|name|that|who))+$`)

// filler are emphasised words that are no sense.
var filler = strings.Fields("application applications sense senses figuratively literally etc. him it them same others general that relatively use " +
	"noun superlative particle particles expletive conjunction conjugation suffix unit variously specifically generally collectively adverbially especially manner after before of in to for with if abstractly reflexively object another")

// emphasised returns the first emphasised words of a meaning. Words that follow each other
// are one term.
func emphasised(sense string) []string {
	var terms []string
	size := 0
	for sense != "" && len(terms) < maxTerms {
		from := strings.IndexAny(sense, string(italic)+string(bold))
		if from < 0 {
			break
		}
		before := sense[:from]
		term, onlyBold := "", true
		for sense = sense[from:]; sense != "" && (sense[0] == italic || sense[0] == bold); {
			onlyBold = onlyBold && sense[0] == bold
			inside, rest, _ := strings.Cut(sense[1:], string(plain))
			term += strings.NewReplacer(string(italic), "", string(bold), "").Replace(inside) + " "
			sense = rest
			if strings.HasSuffix(strings.TrimSpace(inside), ",") {
				break
			}
			if trimmed := strings.TrimLeft(rest, " "); trimmed != "" && (trimmed[0] == italic || trimmed[0] == bold) {
				sense = trimmed
			}
		}
		term = strings.Trim(strings.TrimSpace(term), ",:;. ")
		term = strings.TrimSuffix(term, ",")
		switch {
		case term == "", strings.ContainsAny(term, "0123456789()"), slices.Contains(filler, strings.ToLower(term)), onlyBold && (len(terms) > 1 || strings.HasSuffix(term, "ly")), slices.Contains(terms, term), slices.Contains(terms, "to "+term):
			continue
		case strings.HasSuffix(before, "to ") && len(terms) == 0 && !strings.HasPrefix(term, "to "):
			term = "to " + term
		}
		if size += len(term) + 2; size > maxGloss && len(terms) > 0 {
			break
		}
		terms = append(terms, term)
	}
	return terms
}

// unmarked returns a meaning without marks and without remarks at its beginning.
func unmarked(sense string) string {
	s := strings.NewReplacer(string(italic), "", string(bold), "", string(plain), "").Replace(sense)
	return strings.Trim(s, " ,:;.")
}

// firstUsages returns the first translations of the King James Version, or "".
func (e *strongsEntry) firstUsages() string {
	terms := e.usages()
	return shorten(strings.Join(terms[:min(len(terms), maxTerms)], ", "))
}
