// Package accents reads the accents of the text: how strongly each divides its
// verse, the cola into which they divide it, and which verses are poetry that
// is set in lines.
package accents
