// Package sqlite opens SQLite files in the one way that Mashal uses them: one
// writer on one connection, which commits units of work in groups, and a pool
// of readers. Readers and the writer do not block each other. The package
// handles files, transactions, migrations and their errors. The only table it
// knows is the record of migrations.
package sqlite
