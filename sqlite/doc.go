// Package sqlite opens SQLite files the one way Mashal uses them: a single
// writer on a single connection, to which finished units of work are handed
// and which commits them in groups, and a pool of readers that neither block
// it nor are blocked by it. It knows files, transactions, migrations and what
// can go wrong with them, and no tables but the record of its migrations.
package sqlite
