// Package web has what every page of the explorer needs: the server and its
// limits, parameters, addresses, faults, languages, templates, scripts and
// styles. It has no page of its own except that of errors.
package web
