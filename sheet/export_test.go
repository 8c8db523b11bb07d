package sheet

// Inert is tested letter by letter.
var Inert = inert
