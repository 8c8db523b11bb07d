package accents

import (
	"slices"
	"strings"

	"mashal"
)

// An Accent is the strength of the disjunctive accent on a word, that is how
// strongly it divides the verse after the word. The twenty-one prose books and
// the three poetic ones (Psalms, Proverbs, Job) have different systems. Both are
// mapped to one scale by what they divide, so that "from the revia to the
// zaqef" has a meaning in either. (Yeivin, Introduction to the Tiberian
// Masorah, §§193-374; Wickes, Two Treatises on the Accentuation.)
//
//	scale     twenty-one books                 Psalms, Proverbs, Job
//	silluq    silluq                           silluq
//	atnah     atnah                            ole weyored, atnah
//	segol     segolta, shalshelet              revia gadol
//	zaqef     zaqef qatan, zaqef gadol         revia mugrash, great shalshelet
//	revia     revia                            dehi, tsinnor, revia qatan
//	tipha     tipha                            -
//	pashta    pashta, yetiv, zarqa, tevir      pazer
//	geresh    geresh, gershayim, pazer, great  legarmeh
//	          telisha, legarmeh, qarne para
type Accent uint8

// The accents, the weakest first.
const (
	Conjunctive Accent = iota
	Geresh
	Pashta
	Tipha
	Revia
	Zaqef
	Segol
	Atnah
	Silluq
)

// names are the names of the accents in rule files.
var names = []string{"conjunctive", "geresh", "pashta", "tipha", "revia", "zaqef", "segol", "atnah", "silluq"}

// Parse returns the accent with a name, such as "zaqef", and whether there is one.
func Parse(name string) (Accent, bool) {
	i := slices.Index(names, name)
	return Accent(max(i, 0)), i >= 0
}

// Name returns the name of the accent in rule files.
func (a Accent) Name() string { return names[a] }

// Code points of accents, named by their role in prose. Comments give the role
// in poetry where it differs.
const (
	pointAtnah      = '\u0591'
	pointSegol      = '\u0592'
	pointShalshelet = '\u0593'
	pointZaqef      = '\u0594'
	pointZaqefGadol = '\u0595'
	pointTipha      = '\u0596' // poetry: tarha, conjunctive
	pointRevia      = '\u0597'
	pointZarqa      = '\u0598' // where tsinnorit is written, conjunctive in both
	pointPashta     = '\u0599'
	pointYetiv      = '\u059A'
	pointTevir      = '\u059B'
	pointGeresh     = '\u059C'
	pointMuqdam     = '\u059D' // poetry: with revia, revia mugrash
	pointGershayim  = '\u059E'
	pointQarnePara  = '\u059F'
	pointTelisha    = '\u05A0'
	pointPazer      = '\u05A1'
	pointMunah      = '\u05A3'
	pointMahpakh    = '\u05A4'
	pointMerkha     = '\u05A5'
	pointAzla       = '\u05A8'
	pointOle        = '\u05AB'
	pointDehi       = '\u05AD'
	pointZinor      = '\u05AE' // prose: zarqa; poetry: tsinnor
	paseq           = "׀"
)

// Of returns the accent of each word of a verse. It reuses buf.
func Of(v *mashal.Verse, buf []Accent) []Accent {
	buf = buf[:0]
	poetic := Poetic(v.Ref)
	ole := false // the previous word has an ole whose yored is on this word
	for i := range v.Words {
		w := &v.Words[i]
		var a Accent
		if poetic {
			a, ole = poeticAccent(w, ole)
		} else {
			a = proseAccent(w)
		}
		if i == len(v.Words)-1 {
			a = Silluq
		}
		buf = append(buf, a)
	}
	return buf
}

// Poetic reports whether the verse has the accents of the three poetic books.
// The prose frame of Job (1:1-3:1 and 42:7-17) does not.
func Poetic(r mashal.Ref) bool {
	switch r.Book.OSIS() {
	case "Ps", "Prov":
		return true
	case "Job":
		framed := r.Number < 3 || r.Number == 3 && r.Verse == 1 || r.Number == 42 && r.Verse > 6
		return !framed
	}
	return false
}

// proseAccent returns a word's accent in the system of the twenty-one books.
func proseAccent(w *mashal.Word) Accent {
	var a Accent
	munah := false
	for _, r := range w.Text {
		switch r {
		case pointAtnah:
			a = max(a, Atnah)
		case pointSegol, pointShalshelet:
			a = max(a, Segol)
		case pointZaqef, pointZaqefGadol:
			a = max(a, Zaqef)
		case pointRevia:
			a = max(a, Revia)
		case pointTipha:
			a = max(a, Tipha)
		case pointPashta, pointYetiv, pointZinor, pointTevir:
			a = max(a, Pashta)
		case pointGeresh, pointMuqdam, pointGershayim, pointPazer, pointTelisha, pointQarnePara:
			a = max(a, Geresh)
		case pointMunah:
			munah = true
		}
	}
	if a == Conjunctive && munah && strings.Contains(w.After, paseq) {
		return Geresh
	}
	return a
}

// poeticAccent returns a word's accent in the system of the three poetic books.
// ole says that the previous word has an ole without its yored. The second
// result is the same for this word.
func poeticAccent(w *mashal.Word, ole bool) (Accent, bool) {
	var a Accent
	var hasRevia, muqdam, merkha, shalshelet, hasOle, azla bool
	for _, r := range w.Text {
		switch r {
		case pointAtnah:
			a = max(a, Atnah)
		case pointOle:
			hasOle = true
		case pointMerkha:
			merkha = true
		case pointRevia:
			hasRevia = true
		case pointMuqdam:
			muqdam = true
		case pointShalshelet:
			shalshelet = true
		case pointDehi, pointZinor:
			a = max(a, Revia)
		case pointPazer:
			a = max(a, Pashta)
		case pointMahpakh, pointAzla:
			azla = true
		}
	}
	paused := strings.Contains(w.After, paseq)
	switch {
	case merkha && (hasOle || ole):
		a = max(a, Atnah)
	case hasRevia && muqdam:
		a = max(a, Zaqef)
	case hasRevia:
		a = max(a, Segol)
	case shalshelet && paused:
		a = max(a, Zaqef)
	case azla && paused:
		a = max(a, Geresh)
	}
	return a, hasOle && !merkha
}
