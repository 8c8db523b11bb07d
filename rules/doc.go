// Package rules finds figures by rules over lemma, morphology and accents: the
// annotator that needs no model. The rules are data, in YAML files made to be
// read and replaced by a philologist; this package reads them, refuses what is
// wrong with line and column, and applies them to a chapter.
//
// A rule says what it marks and why, with its source and the precision that
// was measured for it, which is the confidence of every figure it finds:
//
//   - id: simile-noun
//     types: [simile]
//     words:                       # a sequence; the first word may be anywhere
//   - prefix: k
//     morph: [N, A, Vqr]
//     suffix: none
//     not: {lemma: [measure, time]}
//     as: vehicle
//     span: {from: revia, to: zaqef}
//     explanation: The particle כְּ likens to {vehicle}.
//     source: Waltke-O'Connor 11.2.9
//     precision: 0.95
//     examples: {match: [Isa 53:7], not: [Gen 27:23]}
//
// README.md in this folder documents every key.
package rules
