// Package filters reads the parameters that select figures into an
// index.Filter, describes them, and makes links that narrow them.
package filters
