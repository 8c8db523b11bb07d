// Package markup marks figures in a text as HTML: lines below the words of a
// figure, in lanes where figures overlap. It also returns the Hebrew and English of
// a verse as pieces that can be marked.
package markup
