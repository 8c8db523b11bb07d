package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/corpus/lexicon"
)

func newWords(p *program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "words SELECTION...",
		Short: "Show the words of verses with lemma, gloss and parsing",
		Long: `Show the Hebrew words of verses: the number of the word in its verse, the word, its
lemma in citation form with Strong's number, a gloss, and its parsing in words. Beside
a word stands the ketiv, what is written, if something else is read. It can be of several
words, and then stands whole beside each word that is read for it. A ketiv for which
nothing is read has a line of its own, without a number. No concordance is needed.

` + selectionHelp,
		Example: `  mashal words "Isaiah 40:3"
  mashal words "Daniel 2:4-5" --json`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE: func(_ *cobra.Command, args []string) error {
			selection, err := p.selection(args, false)
			if err != nil {
				return err
			}
			words, err := wordsOf(selection)
			if err != nil {
				return err
			}
			if asJSON {
				return p.printJSON(words)
			}
			_, err = fmt.Fprint(p.stdout, formatWords(words))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON list")
	return cmd
}

// A word is a word of `mashal words`.
type word struct {
	Reference string `json:"reference"`
	Word      int    `json:"word,omitempty"` // its number in the verse, from 1; 0 for a ketiv for which nothing is read
	Text      string `json:"text,omitempty"`
	Ketiv     string `json:"ketiv,omitempty"` // what is written, if something else or nothing is read
	*lexicon.Analysis
}

// wordsOf returns the words of a selection.
func wordsOf(selection mashal.Selection) ([]word, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	words := []word{}
	for _, passage := range selection {
		ch, err := text.Chapter(passage.Chapter)
		if err != nil {
			return nil, err
		}
		for i := passage.First - 1; i < passage.Last; i++ {
			of, err := wordsOfVerse(&ch.Verses[i])
			if err != nil {
				return nil, err
			}
			words = append(words, of...)
		}
	}
	return words, nil
}

// wordsOfVerse returns the words of a verse, and each ketiv for which nothing is read before
// the word at its place.
func wordsOfVerse(v *mashal.Verse) (words []word, err error) {
	for number := 1; number <= len(v.Words)+1; number++ {
		var beside []string // what is written for the word
		for _, k := range v.Ketiv {
			switch unread := k.Qere.First > k.Qere.Last; {
			case k.Text == "":
			case unread && k.Qere.First == number:
				words = append(words, word{Reference: v.Ref.String(), Ketiv: k.Text})
			case k.Qere.First <= number && number <= k.Qere.Last:
				beside = append(beside, k.Text)
			}
		}
		if number > len(v.Words) {
			break
		}
		w := &v.Words[number-1]
		a, err := lexicon.Analyse(w)
		if err != nil {
			return nil, err
		}
		words = append(words, word{Reference: v.Ref.String(), Word: number, Text: w.Text, Ketiv: strings.Join(beside, " "), Analysis: a})
	}
	return words, nil
}

// formatWords formats words as text, with Hebrew isolated from the text around it.
func formatWords(words []word) string {
	isolated := func(hebrew string) string { return "\u2068" + hebrew + "\u2069" }
	var b strings.Builder
	verse := ""
	for i := range words {
		w := &words[i]
		if w.Reference != verse {
			verse = w.Reference
			fmt.Fprintln(&b, verse)
		}
		if w.Word == 0 {
			fmt.Fprintf(&b, "      (ketiv %s; nothing is read)\n", isolated(w.Ketiv))
			continue
		}
		fmt.Fprintf(&b, "%4d  %s", w.Word, isolated(w.Text))
		if w.Ketiv != "" {
			fmt.Fprintf(&b, " (ketiv %s)", isolated(w.Ketiv))
		}
		fmt.Fprintf(&b, "  %s %s  %s\n", isolated(w.Citation), w.Strong, w.Gloss)
		parts := make([]string, len(w.Parts))
		for n := range w.Parts {
			parts[n] = w.Parts[n].Parsing.String()
		}
		fmt.Fprintf(&b, "      %s\n", strings.Join(parts, "; "))
	}
	return b.String()
}
