package hebrew_test

import (
	"strings"
	"testing"

	"mashal/hebrew"
)

func TestParseMorphology(t *testing.T) {
	for code, want := range map[string]string{
		"HR/Ncfsa":        "Hebrew: preposition; common noun, feminine, singular, absolute state",
		"HVqp3ms":         "Hebrew: verb, qal, perfect (qatal), third person, masculine, singular",
		"HC/Vqw3ms/Sp3fs": "Hebrew: conjunction; verb, qal, sequential imperfect (wayyiqtol), third person, masculine, singular; pronominal suffix, third person, feminine, singular",
		"HTd/Vqrmpa":      "Hebrew: definite article; verb, qal, active participle, masculine, plural, absolute state",
		"HR/Vqc":          "Hebrew: preposition; verb, qal, infinitive construct",
		"HNp":             "Hebrew: proper noun",
		"HNcmpc/Sp1cs":    "Hebrew: common noun, masculine, plural, construct state; pronominal suffix, first person, common gender, singular",
		"HAcfdc":          "Hebrew: cardinal number, feminine, dual, construct state",
		"HRd/Ngmsa":       "Hebrew: preposition with the article; gentilic noun, masculine, singular, absolute state",
		"HPdxms":          "Hebrew: demonstrative pronoun, masculine, singular",
		"HSd":             "Hebrew: directional he",
		"HT":              "Hebrew: particle",
		"HNxxxa":          "Hebrew: noun, absolute state",
		"HVtv2fs/":        "Hebrew: verb, hithpael, imperative, second person, feminine, singular",
		"AC/Vqrmsa":       "Aramaic: conjunction; verb, peal, active participle, masculine, singular, absolute state",
		"ANcmsd":          "Aramaic: common noun, masculine, singular, determined state",
		"AVMi3ms":         "Aramaic: verb, hithpaal, imperfect (yiqtol), third person, masculine, singular",
		"HVHp3ms":         "Hebrew: verb, hophal, perfect (qatal), third person, masculine, singular",
		"HPp3ms":          "Hebrew: personal pronoun, third person, masculine, singular",
		"HTo":             "Hebrew: direct object marker",
		"HC/To/Sp3mp":     "Hebrew: conjunction; direct object marker; pronominal suffix, third person, masculine, plural",
		"HVvi3mp":         "Hebrew: verb, hishtaphel, imperfect (yiqtol), third person, masculine, plural",
		"HVqsmsc":         "Hebrew: verb, qal, passive participle, masculine, singular, construct state",
		"HVqh1cs/Sh":      "Hebrew: verb, qal, cohortative, first person, common gender, singular; paragogic he",
		"HTi/Vqp2ms":      "Hebrew: interrogative particle; verb, qal, perfect (qatal), second person, masculine, singular",
	} {
		language, morphemes, err := hebrew.ParseMorphology(code)
		var parts []string
		for i := range morphemes {
			parts = append(parts, morphemes[i].String())
		}
		if got := language + ": " + strings.Join(parts, "; "); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", code, got, err, want)
		}
	}
	for _, code := range []string{"", "V", "Vqp3ms", "HX", "HVZp3ms", "HVqz3ms", "HNcmsaa", "HNcqsa", "AVNp3ms", "HC/Z", "HVqp4ms", "HCc"} {
		if language, morphemes, err := hebrew.ParseMorphology(code); err == nil {
			t.Errorf("%q is %s %v, want an error", code, language, morphemes)
		}
	}
}
