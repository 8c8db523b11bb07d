// Package about has the pages by which the program explains itself: how the figures of a
// concordance were found, the manual of annotation, and the rules.
package about
