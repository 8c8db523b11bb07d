package hebrew_test

import (
	"testing"

	"mashal/hebrew"
)

func TestTraditionalProse(t *testing.T) {
	for prose, want := range map[string]string{
		"":                "",
		"A rock.":         "A rock.",
		"Yahweh is יהוה.": "The LORD is ה׳.",
		"אֱלֹהִים, and בֵּאלֹהֵי too": "אֱלֹקִים, and בֵּאלֹקֵי too",
		"אלה are not אלהים":           "אלה are not אלקים",
	} {
		if got := hebrew.TraditionalProse(prose); got != want {
			t.Errorf("%q becomes %q, want %q", prose, got, want)
		}
	}
}
