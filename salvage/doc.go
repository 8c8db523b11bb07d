// Package salvage extracts verse objects from the JSON response of a model, even
// if the response is incomplete or damaged.
//
// A response is a sequence of objects. The first key of each is the number of its
// verse. The decoder accepts the response in pieces of any size. It emits an
// object as soon as the object closes, if the object is strict JSON and conforms
// to the schema. The design rests on three ideas:
//
//   - The head of an object, such as `{"verse":7`, cannot occur in a well-formed
//     JSON string, where its quotation marks would be escaped. So the decoder
//     starts a new object at every head, and damage to one verse does not affect
//     the next one.
//   - Text is never repaired. An object is mended only if the edit of one byte of
//     its structure, outside strings and numbers, makes it valid, and no other
//     edit gives another value. Otherwise the object is damaged.
//   - The caller lists the verses that it asked for. So the report has a state for
//     each: recovered, mended, damaged, conflicting (several different objects) or
//     missing.
//
// Code fences, prose around the JSON, transport lines and repeated arrays need no
// special case. The decoder counts the bytes between objects and skips them. Verses
// in another layout, and answers that are a text in JSON, are read when the response
// has ended.
//
// The result does not depend on the sizes of the pieces. The time is linear in the
// size of the response, and memory is bounded by Limits.
package salvage
