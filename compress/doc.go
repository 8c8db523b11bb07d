// Package compress makes bytes small: those that are kept, by Zstandard, and
// those that are sent, by gzip, which every browser takes.
package compress
