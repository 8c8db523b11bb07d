package main

import (
	"mashal/interchange"
	"mashal/quality"
)

// A referenceFile is a file of annotations against which annotators are measured.
type referenceFile struct {
	quality.Reference
	file   string
	covers interchange.Coverage
}

// references lists the references.
var references = []referenceFile{
	{quality.Reference{
		Name: "silver-ezekiel", Title: "the recorded reading of Ezekiel", School: "reading",
		About: "What one model (GPT-5.1, by Tzafun) marked in Ezekiel, aligned to the Hebrew words. Silver, not gold: one opinion, not corrected by a person; on chapters that it read twice it agrees with itself at a simile F1 of .94.",
	}, "silver/Ezekiel.jsonl", interchange.Verses},
	{quality.Reference{
		Name: "silver-isaiah", Title: "the recorded reading of Isaiah", School: "reading",
		About: "The same for parts of Isaiah 41-66.",
	}, "silver/Isaiah.jsonl", interchange.Verses},
	{quality.Reference{
		Name: "notes", Title: "translators' notes", School: "notes",
		About: "Figures of speech that human translators noted in 35 books (unfoldingWord Translation Notes, CC BY-SA 4.0). They note what needs help, so what they leave out is not literal; half of the notes do not quote their words.",
	}, "reference/unfoldingword.tsv", interchange.Chapters},
}

// counted returns the reference with its numbers.
func (r *referenceFile) counted(a *interchange.Annotation) quality.Reference {
	c := r.Reference
	c.Verses = len(a.Read)
	for _, figures := range a.Figures {
		c.Figures += len(figures)
		for i := range figures {
			if len(figures[i].Span.Ranges) > 0 {
				c.Located++
			}
		}
	}
	return c
}
