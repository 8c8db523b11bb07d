// Package markup marks figures in a text as HTML: word ranges become lines below
// the words, in lanes where figures overlap. It also has the Hebrew and English
// texts of a verse as pieces that can be marked.
package markup
