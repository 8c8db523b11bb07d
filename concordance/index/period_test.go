package index_test

import (
	"slices"
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestPeriods has verses of each period, at the edges of what is in it.
func TestPeriods(t *testing.T) {
	for typed, want := range map[string]index.Period{
		"Genesis 1:1": index.Standard, "Genesis 49:1": index.Standard, "Genesis 49:2": index.Archaic, "Genesis 49:27": index.Archaic,
		"Genesis 49:28": index.Standard, "Exodus 15:18": index.Archaic, "Exodus 15:19": index.Standard, "Exodus 15:21": index.Archaic,
		"Numbers 23:11": index.Standard, "Numbers 24:17": index.Archaic, "Deuteronomy 32:44": index.Standard, "Judges 5:31": index.Archaic,
		"1 Samuel 2:1": index.Undated, "1 Samuel 2:11": index.Standard, "2 Samuel 22:5": index.Undated, "2 Kings 25:30": index.Standard,
		"Isaiah 5:1": index.Standard, "Isaiah 24:1": index.Undated, "Isaiah 39:8": index.Standard, "Isaiah 40:1": index.Transitional,
		"Jeremiah 10:10": index.Transitional, "Jeremiah 10:11": index.Undated, "Ezekiel 1:1": index.Transitional, "Hosea 1:1": index.Standard,
		"Joel 1:1": index.Undated, "Obadiah 1": index.Undated, "Jonah 1:1": index.Undated, "Habakkuk 2:20": index.Standard,
		"Habakkuk 3:2": index.Undated, "Zechariah 8:1": index.Transitional, "Zechariah 9:1": index.Undated, "Malachi 1:1": index.Transitional,
		"Psalms 23:1": index.Undated, "Psalms 119:1": index.Late, "Psalms 124:8": index.Late, "Psalms 126:1": index.Undated,
		"Proverbs 1:1": index.Undated, "Job 3:3": index.Undated, "Song of Songs 1:2": index.Undated, "Ruth 1:1": index.Undated,
		"Lamentations 1:1": index.Transitional, "Ecclesiastes 1:2": index.Late, "Esther 1:1": index.Late,
		"Daniel 2:3": index.Late, "Daniel 2:4": index.Undated, "Daniel 7:28": index.Undated, "Daniel 8:1": index.Late,
		"Ezra 4:7": index.Late, "Ezra 4:8": index.Undated, "Ezra 6:19": index.Late, "Ezra 7:12": index.Undated, "Ezra 7:27": index.Late,
		"Nehemiah 1:1": index.Late, "2 Chronicles 36:23": index.Late,
	} {
		p := selection(t, typed)[0]
		if got := index.PeriodOf(mashal.Ref{Chapter: p.Chapter, Verse: p.First}); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
	if got := index.PeriodOf(mashal.Ref{}); got != index.Undated {
		t.Errorf("no verse is %s", got)
	}
	counts := map[index.Period]int{}
	for _, ch := range everyChapter() {
		for _, v := range ch.Verses {
			counts[index.PeriodOf(v.Ref)]++
		}
	}
	if len(counts) != len(index.Periods) {
		t.Errorf("%v", counts)
	}
	t.Logf("verses: %v", counts)
}

// TestVersesByDate has verses without figures, the oldest language first.
func TestVersesByDate(t *testing.T) {
	c := mixed(t, 0)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		m := match(t, s, index.Filter{Annotators: annotators, Outcomes: mashal.Outcomes, Selection: selection(t, "Genesis 49", "Ezekiel 1", "Psalms 23")})
		page, err := m.Verses(t.Context(), index.Page{Order: index.ByDate, Limit: 1000})
		if err != nil || len(page.Verses) != m.VerseTotal() {
			t.Fatalf("%d verses of %d: %v", len(page.Verses), m.VerseTotal(), err)
		}
		var periods []index.Period
		for _, v := range page.Verses {
			periods = append(periods, index.PeriodOf(v.Ref))
		}
		if got, want := slices.Compact(periods), []index.Period{index.Archaic, index.Standard, index.Transitional, index.Undated}; !slices.Equal(got, want) {
			t.Errorf("verses by date are %v", got)
		}
	})
}
