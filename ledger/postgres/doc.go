// Package postgres keeps the ledger in a database of a PostgreSQL server: a bounded
// pool of connections, the writer's lock, and transactions that survive a restart
// of the server, a lost connection and a pooler between.
package postgres
