// Package cite writes citations of figures, verses and pages in the style of the
// Society of Biblical Literature and for BibTeX, RIS and CSL-JSON.
package cite
