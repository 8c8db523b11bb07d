package words

import (
	"net/url"
	"strconv"
	"strings"

	"mashal"
)

// A Link leads to a verse on another site.
type Link struct{ Site, Href string }

// links returns the addresses of a verse at Sefaria, STEP Bible and SHEBANQ, which number
// verses as the Hebrew Bible does.
func links(ref mashal.Ref) []Link {
	chapter, verse := strconv.Itoa(ref.Number), strconv.Itoa(ref.Verse)
	roman := strings.NewReplacer("1 ", "I ", "2 ", "II ").Replace(ref.Book.Name())
	return []Link{
		{"Sefaria", "https://www.sefaria.org/" + url.PathEscape(strings.ReplaceAll(roman, " ", "_")+"."+chapter+"."+verse) + "?lang=bi"},
		{"STEP Bible", "https://www.stepbible.org/?q=" + url.QueryEscape("version=OHB|reference="+ref.OSIS()) + "&options=HVNUG"},
		{"SHEBANQ", "https://shebanq.ancient-data.org/hebrew/text?" + url.Values{"book": {latinNames[ref.Book-1]}, "chapter": {chapter}, "verse": {verse}}.Encode()},
	}
}

// latinNames holds the names of the books at SHEBANQ, in the order of the canon.
var latinNames = [mashal.Books]string{
	"Genesis", "Exodus", "Leviticus", "Numeri", "Deuteronomium",
	"Josua", "Judices", "Samuel_I", "Samuel_II", "Reges_I", "Reges_II", "Jesaia", "Jeremia", "Ezechiel",
	"Hosea", "Joel", "Amos", "Obadia", "Jona", "Micha", "Nahum", "Habakuk", "Zephania", "Haggai", "Sacharia", "Maleachi",
	"Psalmi", "Proverbia", "Iob", "Canticum", "Ruth", "Threni", "Ecclesiastes", "Esther", "Daniel", "Esra", "Nehemia", "Chronica_I", "Chronica_II",
}
