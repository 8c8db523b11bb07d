// Package manual has the manual of annotation: the text by which models annotate and people
// review. Prompts contain it, `mashal manual` prints it, and the explorer shows it at
// /manual. manual.md is the text; manual.he.md is its translation for readers, which no
// model is given.
package manual
