package words

import (
	"net/url"
	"strconv"
	"strings"

	"mashal"
)

// A Link leads to a verse on another site.
type Link struct{ Site, Href string }

// links returns the addresses of a verse at Sefaria, STEP Bible and SHEBANQ. All of them number
// chapters and verses as the Hebrew Bible does: Joel has four chapters, Malachi three, and the titles
// of psalms are verses. STEP Bible and SHEBANQ have the verses of the Leningrad Codex; Sefaria counts
// the Decalogue otherwise. (Checked against the sources of STEP Bible, in which OHB is the Open
// Scriptures Hebrew Bible, and of SHEBANQ, and the shape of the books at Sefaria.)
func links(ref mashal.Ref) []Link {
	chapter, verse := strconv.Itoa(ref.Number), strconv.Itoa(ref.Verse)
	roman := strings.NewReplacer("1 ", "I ", "2 ", "II ").Replace(ref.Book.Name())
	return []Link{
		{"Sefaria", "https://www.sefaria.org/" + url.PathEscape(strings.ReplaceAll(roman, " ", "_")+"."+chapter+"."+strconv.Itoa(sefariaVerse(ref))) + "?lang=bi"},
		{"STEP Bible", "https://www.stepbible.org/?q=" + url.QueryEscape("version=OHB|reference="+ref.OSIS()) + "&options=HVNUG"},
		{"SHEBANQ", "https://shebanq.ancient-data.org/hebrew/text?" + url.Values{"book": {latinNames[ref.Book-1]}, "chapter": {chapter}, "verse": {verse}}.Encode()},
	}
}

// sefariaVerse returns the number that a verse has at Sefaria, which counts the four short
// commandments of the Decalogue as one verse, in Exodus 20 and Deuteronomy 5.
func sefariaVerse(ref mashal.Ref) int {
	first := map[string]int{"Exod.20": 13, "Deut.5": 17}[ref.Chapter.OSIS()]
	if first == 0 || ref.Verse <= first {
		return ref.Verse
	}
	return max(first, ref.Verse-3)
}

// latinNames holds the names of the books at SHEBANQ, in the order of the canon.
var latinNames = [mashal.Books]string{
	"Genesis", "Exodus", "Leviticus", "Numeri", "Deuteronomium",
	"Josua", "Judices", "Samuel_I", "Samuel_II", "Reges_I", "Reges_II", "Jesaia", "Jeremia", "Ezechiel",
	"Hosea", "Joel", "Amos", "Obadia", "Jona", "Micha", "Nahum", "Habakuk", "Zephania", "Haggai", "Sacharia", "Maleachi",
	"Psalmi", "Proverbia", "Iob", "Canticum", "Ruth", "Threni", "Ecclesiastes", "Esther", "Daniel", "Esra", "Nehemia", "Chronica_I", "Chronica_II",
}
