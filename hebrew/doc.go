// Package hebrew knows Hebrew letters, points and accents: normal forms of a
// text with a map back to it, transliteration, and the divine names as they
// are written where they are not to be pronounced. Strings go in and strings
// come out; it knows neither verses nor figures.
package hebrew
