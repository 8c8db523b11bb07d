// Package hebrew processes strings of Hebrew: it normalises letters, points and
// accents, transliterates, and replaces divine names by their traditional
// substitutes, in Hebrew and in English. It does not depend on the types of
// package mashal.
package hebrew
