// Package review has the decisions of people on figures and verses: events, and the
// state that follows from them.
//
// An event is what one reviewer did at one time: judged figures, added one, marked
// verses as read, took an earlier event back, settled a difference. Events are never
// changed. Their identifiers are hashes of their content, so that files of events merge
// in any order and none is taken twice. NewState derives the state from a set of events:
// it depends neither on the order in which they arrived nor on the clocks of machines,
// because each event names the earlier ones that it replaces.
//
// The package does no I/O except on readers and writers that it is given.
package review
