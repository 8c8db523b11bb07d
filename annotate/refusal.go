package annotate

import (
	"errors"
	"regexp"
	"strings"

	"mashal/llm"
	"mashal/salvage"
)

// refusalWords matches the beginning of an answer in which a model declines in words
// of its own, without any sign of the protocol.
var refusalWords = regexp.MustCompile(`(?i)^\W*((i'?m|i am|we'?re|we are) (\w+ )?sorry|sorry,|i apologi[sz]e|(unfortunately, )?(i|we) (can'?t|cannot|can not|won'?t|will not|am unable|am not able|'?m unable|'?m not able|must decline|have to decline)\b|as an ai\b)`)

// maxRefusal is the longest answer that is taken for a refusal, in bytes.
const maxRefusal = 2 << 10

// refusal returns an error if an answer without any verse is a refusal in words.
func refusal(text []byte, report *salvage.Report) error {
	s := strings.ReplaceAll(strings.TrimSpace(string(text)), "’", "'")
	if len(s) > maxRefusal || strings.ContainsRune(s, '{') || report.Count(salvage.Missing) != len(report.Verses) || !refusalWords.MatchString(s) {
		return nil
	}
	return &llm.Error{Kind: llm.Refused, Err: errors.New(s[:min(len(s), 300)])}
}
