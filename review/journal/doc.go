// Package journal keeps the decisions of people in a ledger: who may sign them, and the
// events in the order of their arrival. It decides nothing; package review does.
package journal
