// Package rules finds figures by rules over lemma, morphology and accents. It is
// the annotator that needs no language model. The rules are YAML files that a
// philologist can read and replace. This package reads them, reports errors
// with line and column, and applies the rules to a chapter.
//
// A rule states what it marks, why, and its source. The confidence of its figures is
// measured on books that the rule was not made on, and stands in confidence.yaml:
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
//     examples: {match: [Isa 53:7], not: [Gen 27:23]}
//
// README.md in this folder documents every key.
package rules
