package concordance_test

import (
	"slices"
	"testing"

	"mashal"
	"mashal/concordance"
)

// TestPeriods has verses of each period, at the edges of what is in it.
func TestPeriods(t *testing.T) {
	for typed, want := range map[string]concordance.Period{
		"Genesis 1:1": concordance.Standard, "Genesis 49:1": concordance.Standard, "Genesis 49:2": concordance.Archaic, "Genesis 49:27": concordance.Archaic,
		"Genesis 49:28": concordance.Standard, "Exodus 15:18": concordance.Archaic, "Exodus 15:19": concordance.Standard, "Exodus 15:21": concordance.Archaic,
		"Numbers 23:11": concordance.Standard, "Numbers 24:17": concordance.Archaic, "Deuteronomy 32:44": concordance.Standard, "Judges 5:31": concordance.Archaic,
		"1 Samuel 2:1": concordance.Undated, "1 Samuel 2:11": concordance.Standard, "2 Samuel 22:5": concordance.Undated, "2 Kings 25:30": concordance.Standard,
		"Isaiah 5:1": concordance.Standard, "Isaiah 24:1": concordance.Undated, "Isaiah 39:8": concordance.Standard, "Isaiah 40:1": concordance.Transitional,
		"Jeremiah 10:10": concordance.Transitional, "Jeremiah 10:11": concordance.Undated, "Ezekiel 1:1": concordance.Transitional, "Hosea 1:1": concordance.Standard,
		"Joel 1:1": concordance.Undated, "Obadiah 1": concordance.Undated, "Jonah 1:1": concordance.Undated, "Habakkuk 2:20": concordance.Standard,
		"Habakkuk 3:2": concordance.Undated, "Zechariah 8:1": concordance.Transitional, "Zechariah 9:1": concordance.Undated, "Malachi 1:1": concordance.Transitional,
		"Psalms 23:1": concordance.Undated, "Psalms 119:1": concordance.Late, "Psalms 124:8": concordance.Late, "Psalms 126:1": concordance.Undated,
		"Proverbs 1:1": concordance.Undated, "Job 3:3": concordance.Undated, "Song of Songs 1:2": concordance.Undated, "Ruth 1:1": concordance.Undated,
		"Lamentations 1:1": concordance.Transitional, "Ecclesiastes 1:2": concordance.Late, "Esther 1:1": concordance.Late,
		"Daniel 2:3": concordance.Late, "Daniel 2:4": concordance.Undated, "Daniel 7:28": concordance.Undated, "Daniel 8:1": concordance.Late,
		"Ezra 4:7": concordance.Late, "Ezra 4:8": concordance.Undated, "Ezra 6:19": concordance.Late, "Ezra 7:12": concordance.Undated, "Ezra 7:27": concordance.Late,
		"Nehemiah 1:1": concordance.Late, "2 Chronicles 36:23": concordance.Late,
	} {
		p := selection(t, typed)[0]
		if got := concordance.PeriodOf(mashal.Ref{Chapter: p.Chapter, Verse: p.First}); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
	if got := concordance.PeriodOf(mashal.Ref{}); got != concordance.Undated {
		t.Errorf("no verse is %s", got)
	}
	counts := map[concordance.Period]int{}
	for _, ch := range everyChapter() {
		for _, v := range ch.Verses {
			counts[concordance.PeriodOf(v.Ref)]++
		}
	}
	if len(counts) != len(concordance.Periods) {
		t.Errorf("%v", counts)
	}
	t.Logf("verses: %v", counts)
}

// TestVersesByDate has verses without figures, the oldest language first.
func TestVersesByDate(t *testing.T) {
	c := mixed(t, 0)
	view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
		m := match(t, s, concordance.Filter{Annotators: annotators, Outcomes: concordance.Outcomes, Selection: selection(t, "Genesis 49", "Ezekiel 1", "Psalms 23")})
		page, err := m.Verses(t.Context(), concordance.Page{Order: concordance.ByDate, Limit: 1000})
		if err != nil || len(page.Verses) != m.VerseTotal() {
			t.Fatalf("%d verses of %d: %v", len(page.Verses), m.VerseTotal(), err)
		}
		var periods []concordance.Period
		for _, v := range page.Verses {
			periods = append(periods, concordance.PeriodOf(v.Ref))
		}
		if got, want := slices.Compact(periods), []concordance.Period{concordance.Archaic, concordance.Standard, concordance.Transitional, concordance.Undated}; !slices.Equal(got, want) {
			t.Errorf("verses by date are %v", got)
		}
	})
}
