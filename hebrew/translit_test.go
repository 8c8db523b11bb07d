package hebrew_test

import (
	"testing"
	"unicode/utf8"

	"mashal/hebrew"
)

func TestTransliterate(t *testing.T) {
	for text, want := range map[string]string{
		genesis:      "bereshit bara elohim et hashshamayim veet haarets",
		"תּוֹרָה":    "torah",
		"נְבִיאִים":  "neviim",
		"כְּתוּבִים": "ketuvim",
		"מָשָׁל":     "mashal", "מִשְׁלֵי": "mishle", "תְּהִלִּים": "tehillim", "קֹהֶלֶת": "qohelet", "אִיּוֹב": "iyyov",
		"שָׁלוֹם": "shalom", "שַׁבָּת": "shabbat", "בְּרִית": "berit", "חֶסֶד": "hesed", "אֱמֶת": "emet", "צֶדֶק": "tsedeq",
		"מֹשֶׁה": "mosheh", "אַבְרָהָם": "avraham", "יִצְחָק": "yitshaq", "יַעֲקֹב": "yaaqov", "יִשְׂרָאֵל": "yisrael", "דָּוִד": "david",
		"שְׁלֹמֹה": "shelomoh", "יְחֶזְקֵאל": "yehezqel", "יְשַׁעְיָהוּ": "yeshayahu", "נָעֳמִי": "noomi", "יִשָּׂשכָר": "yissakhar",
		"יְרוּשָׁלִַם": "yerushalayim", "צִיּוֹן": "tsiyyon", "מִצְרַיִם": "mitsrayim", "כְּנַעַן": "kenaan",
		"רוּחַ": "ruah", "נֹחַ": "noah", "מִזְבֵּחַ": "mizbeah", "יְהוֹשֻׁעַ": "yehoshua", "גָּבֹהַּ": "gavoah", "אֱלוֹהַּ": "eloah",
		"חָכְמָה": "hokhmah", "קָדְשׁוֹ": "qodsho", "כָּל־הָאָרֶץ": "kol-haarets", "וַיָּ֥קָם": "vayyaqom", "דָּבָ֣ר": "davar", "אָדָם": "adam",
		"שָׁמְרוּ": "shameru", "הָיְתָה": "hayetah", "כָּתְבָה": "katevah", "חָנְפָּה": "honpah", "שָֽׁמְרָה": "shamerah", "צָהֳרַיִם": "tsohorayim", "הָאֳנִיָּה": "haoniyyah",
		"הָרְשָׁעִים": "hareshaim", "שָׁוְא": "shav", "חֵטְא": "het", "וַיַּ֥רְא": "vayyar", "יָצְאָה": "yatseah", "מַאֲכָל": "maakhal", "וּבְכָל": "uvekhol", "צְלָפְחָד": "tselofhad",
		"ח\u05C7כמ\u05B8ה": "hokhmah",
		"מִצְוָה":          "mitsvah", "מִצְוֹת": "mitsvot", "עָוֹן": "avon", "עֲו\u05BAנִי": "avoni", "חַוָּה": "havvah", "וּבֵין": "uven", "וְלֹא": "velo",
		"דִּבְרֵי": "divre", "יִכְתְּבוּ": "yikhtevu", "שׁוֹמְרִים": "shomerim", "הַלְלוּ־יָהּ": "halelu-yah", "מְלָכִים": "melakhim", "דִּבְּרוּ": "dibberu", "כָּתַבְתְּ": "katavt", "אַתְּ": "at",
		"בָּנָיו": "banav", "אֱלֹהֶיךָ": "elohekha", "סוּסֵינוּ": "susenu", "אֲדֹנָי": "adonay", "שַׁדַּי": "shadday", "צְבָאוֹת": "tsevaot", "גּוֹיִם": "goyim", "הִוא": "hi", "שְׁתַּיִם": "shetayim",
		"יְהוָה": "YHWH", "יְהוִֹה": "YHWH", "לַֽיהוָ֔ה": "la-YHWH", "ליהוה": "l-YHWH", "לַה׳": "la-Hashem", "אֱלֹקִים": "eloqim",
		"לָא֙וֹר ׀ י֔וֹם": "laor yom", "מלך": "mlkh", "": "", "Ps 23": "Ps 23", "\xff": "\uFFFD",
	} {
		if got := hebrew.Transliterate(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func FuzzTransliterate(f *testing.F) {
	f.Add(genesis)
	f.Add("הַלְלוּ־יָהּ לַה׳")
	f.Add("\uFB2Cו\u05BC\u05B9\u05BA")
	f.Fuzz(func(t *testing.T, s string) {
		got := hebrew.Transliterate(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%+q becomes %+q, which is not UTF-8", s, got)
		}
		for _, r := range got {
			if r >= 0x5D0 && r <= 0x5EA || r >= 0x591 && r <= 0x5C7 {
				t.Fatalf("%+q becomes %+q, which has Hebrew letters or points", s, got)
			}
		}
	})
}
