package concordance

// A wordRange is the words first to last of a verse, numbered from 1. No verse
// has more than 45.
type wordRange struct{ first, last uint8 }
