// Package salvage reads verse objects out of JSON that a model is still
// writing, or broke while writing it.
//
// A response is a run of objects, each with the number of its verse as the
// first key. The decoder takes the raw bytes in whatever pieces they arrive
// and gives out every object the moment it closes, provided that it is strict
// JSON and keeps the schema the caller gives. Three ideas carry it:
//
//   - `{"verse":7` cannot stand inside a well-formed JSON string, whose quotes
//     would be escaped. So it is a place to start afresh whatever came before,
//     and damage to one verse ends at the next. Nothing is counted across it.
//   - Text is never repaired. Where exactly one single-byte edit of the
//     structure (never of a string or a number) makes an object pass every
//     check, it is given out marked as mended; otherwise it is damaged.
//   - The caller says which verses it asked for. So what did not come is known
//     by name, and the report says of each verse whether it was recovered,
//     mended, damaged, in conflict with a copy of itself, or is missing.
//
// Code fences, prose around the JSON, leaked transport lines and several
// arrays in a row need no special case: whatever stands between objects is
// counted and passed over.
//
// The objects do not depend on how the bytes were cut into pieces. Time is
// linear in the input, memory bounded by Limits whatever the input.
package salvage
