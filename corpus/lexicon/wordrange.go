package lexicon

// A WordRange is the words first to last of a verse, numbered from 1. No verse
// has more than 45.
type WordRange struct{ First, Last uint8 }
