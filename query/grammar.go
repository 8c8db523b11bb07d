package query

// Grammar is the grammar of the language in the notation of ISO 14977 (EBNF). Space between
// symbols does not count.
const Grammar = `query       = pattern, [ "within", ( "verse" | "colon" ) ] ;
pattern     = sequence, { "|", sequence } ;
sequence    = element, { element } ;
element     = ( word | value | "(", pattern, ")" ), { repetition } ;
repetition  = "?" | "*" | "+" | "{", number, [ ",", [ number ] ], "}" | "{", ",", number, "}" ;
word        = "[", [ condition ], "]" ;
condition   = conjunction, { "|", conjunction } ;
conjunction = factor, { "&", factor } ;
factor      = "!", factor | "(", condition, ")" | comparison ;
comparison  = attribute, ( "=" | "!=" ), value ;
value       = '"', regular expression, '"' | "'", regular expression, "'" ;`

// Examples are queries for documentation.
var Examples = []string{
	`[lemma="אבן"]`,
	`[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"]`,
	`[prefix="כ" & pos="noun"]`,
	`[pos="noun" & state="construct"] [lemma="יהוה"]`,
	`[stem="hiphil" & form="imperative"]`,
	`[lemma="רעה" & form="participle"]`,
	`[gloss="lion"] []* [gloss="roar"] within colon`,
	`[figure="simile" & vehicle="lion"]`,
	`[lemma="צור" & figure!=".*"]`,
	`[ketiv=".+"]`,
}
