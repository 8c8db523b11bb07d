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
lemma in citation form with Strong's number, a gloss, and its parsing in words. No
concordance is needed.

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
	Word      int    `json:"word"` // its number in the verse, from 1
	Text      string `json:"text"`
	Ketiv     string `json:"ketiv,omitempty"` // the written form, if another one is read
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
		for _, v := range ch.Verses[passage.First-1 : passage.Last] {
			for i := range v.Words {
				a, err := lexicon.Analyse(&v.Words[i])
				if err != nil {
					return nil, err
				}
				w := word{Reference: v.Ref.String(), Word: i + 1, Text: v.Words[i].Text, Analysis: a}
				for _, k := range v.Ketiv {
					if k.Qere.First <= i+1 && i+1 <= k.Qere.Last {
						w.Ketiv = k.Text
					}
				}
				words = append(words, w)
			}
		}
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
