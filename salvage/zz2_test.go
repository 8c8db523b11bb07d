package salvage_test

import (
	"bufio"
	"mashal/corpus"
	"mashal/hebrew"
	"os"
	"testing"
)

func TestZZ2(t *testing.T) {
	ch, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	f, _ := os.Create("/tmp/words.txt")
	b := bufio.NewWriter(f)
	defer f.Close()
	defer b.Flush()
	e, _ := os.Create("/tmp/english.txt")
	defer e.Close()
	seen := map[string]bool{}
	for c := range ch.Chapters() {
		for i := range c.Verses {
			e.WriteString(c.Verses[i].English + "\n")
			for _, w := range c.Verses[i].Words {
				s := hebrew.NoAccents(w.Text)
				if !seen[s] {
					seen[s] = true
					b.WriteString(s + "\t" + hebrew.Transliterate(w.Text) + "\n")
				}
			}
		}
	}
}
