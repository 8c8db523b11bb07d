// Package tzafun answers the addresses of Tzafun's explorer (GitHub
// ARobicsek/bible-figurative-language, v2.2) with the shapes that it used, so
// that its clients work with a concordance of ours. docs/tzafun.md says what is
// compatible.
package tzafun
