// Package web provides what all pages of the explorer share: the server and its
// limits, parameters, addresses, faults, languages, templates, scripts and styles.
// Its only page is the error page.
package web
