package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"mashal"
)

// A remedy says what an error of the server means for this program.
type remedy struct {
	state string // an SQLSTATE, or the class that its first two characters are
	kind  kind
	code  mashal.Code
	hint  string
}

// A kind says what a writer does after an error.
type kind uint8

const (
	final    kind = iota // return it
	away                 // the server cannot be used now: wait and connect again
	conflict             // the transaction lost against another: run it again
)

// remedies lists the errors of the server, the exact states before their class.
var remedies = []remedy{
	{"08P01", away, mashal.Internal, "If a pooler such as PgBouncer is in between, add pool=transaction to the address, and leave out parameters that the pooler does not know."},
	{"08", away, mashal.Internal, "Check that the server is running and can be reached."},
	{"0A000", final, mashal.Internal, "The server does not support this: PostgreSQL 13 or newer is needed."},
	{"22", final, mashal.Internal, ""},
	{"25006", away, mashal.Internal, "The server only reads, as a standby does. Name the primary server, or all of them with target_session_attrs=read-write in the address."},
	{"25P03", away, mashal.Internal, "The process was stopped in a transaction. Run the same command again."},
	{"25P04", away, mashal.Internal, "A transaction took longer than the server's transaction_timeout. Raise it for this user."},
	{"26000", final, mashal.Usage, "A pooler is in between: add pool=transaction to the address."},
	{"28P01", final, mashal.Usage, "The password is wrong or missing: PGPASSWORD or a ~/.pgpass file gives it."},
	{"28", final, mashal.Usage, "Name a user who may log in from here (see pg_hba.conf); PGPASSWORD or a ~/.pgpass file gives the password."},
	{"3D000", final, mashal.Usage, "Make the database with createdb."},
	{"3F000", final, mashal.Usage, "Make the schema that search_path names, or leave search_path out of the address."},
	{"40", conflict, mashal.Internal, "Another transaction was in the way. Run the same command again."},
	{"42501", final, mashal.Usage, "The user needs the right to create tables in the database, or to write to those that are there."},
	{"42P01", final, mashal.Internal, "A table of the ledger is missing: check the database and the search_path of the user."},
	{"42P05", final, mashal.Usage, "A pooler is in between: add pool=transaction to the address."},
	{"53100", final, mashal.Internal, "The server's disk is full. Free some space on the server and run the same command again: what was acknowledged is safe."},
	{"53200", final, mashal.Internal, "The server is out of memory. Give it more, or lower its settings, and run the same command again: what was acknowledged is safe."},
	{"53300", away, mashal.Internal, "The server has no connection left. Raise its max_connections, end other clients, or use fewer with --db-connections."},
	{"53400", final, mashal.Internal, "A limit in the server's configuration was reached. Raise the limit that the message names."},
	{"53", final, mashal.Internal, "The server lacks a resource. Its log says which; what was acknowledged is safe."},
	{"54", final, mashal.Internal, "A limit of the server was exceeded. Its log has more."},
	{"55P03", conflict, mashal.Internal, "Another client holds a lock on the ledger's tables. Find it in pg_stat_activity and end it."},
	{"55", conflict, mashal.Internal, "Another client uses what this command needs. Run the same command again."},
	{"57014", conflict, mashal.Internal, "The server cancelled a statement: its statement_timeout is too short, or an administrator has cancelled it."},
	{"57P03", away, mashal.Internal, "The server is starting up or shutting down. Wait until it is ready."},
	{"57P04", final, mashal.Usage, "The database was dropped. Restore it from a backup."},
	{"57", away, mashal.Internal, "The server was shut down or has ended the connection. Check that it is running, and run the same command again."},
	{"58", final, mashal.Internal, "The server could not read or write its files. Check its disk and its log before going on."},
	{"XX001", final, mashal.Internal, "The server's data is damaged. Restore the database from a backup."},
	{"XX002", final, mashal.Internal, "An index of the server is damaged. Rebuild it with reindex, and check the server's disk."},
	{"XX", final, mashal.Internal, "This is an internal error of the server. Its log has more."},
}

// remedyOf returns the remedy for an error of the server, and nil if there is none.
func remedyOf(state string) *remedy {
	for i := range remedies {
		if strings.HasPrefix(state, remedies[i].state) {
			return &remedies[i]
		}
	}
	return nil
}

// classify returns the kind, the code and the hint of an error. known is false if
// the error comes from neither the server nor the way to it.
func classify(err error) (k kind, code mashal.Code, hint string, known bool) {
	var ours *mashal.Error
	var unknownCA x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var refused *pgconn.PgError
	var attempt *pgconn.ConnectError
	switch {
	case errors.As(err, &ours): // of a unit, or of a wait that has ended
		return final, ours.Code, ours.Hint, true
	case errors.As(err, &unknownCA):
		return final, mashal.Usage, "The certificate of the server is not signed by an authority that is trusted. Name the right one with sslrootcert=FILE in the address.", true
	case errors.As(err, &hostname):
		return final, mashal.Usage, "The certificate of the server is for another host. Use the host's name that the certificate has, or have one made for this name.", true
	case errors.As(err, &invalid), errors.As(err, &verification):
		return final, mashal.Usage, "The certificate of the server is not valid. Have it renewed, and check the clocks of both machines.", true
	case strings.Contains(err.Error(), "server refused TLS connection"):
		return final, mashal.Usage, "The server does not encrypt connections: set ssl=on in its postgresql.conf, or sslmode=disable in the address on a trusted network.", true
	case errors.As(err, &refused):
		if strings.Contains(refused.Message, "unsupported startup parameter") {
			return final, mashal.Usage, "PgBouncer does not know a parameter of the address. Remove it, or name it in ignore_startup_parameters in pgbouncer.ini.", true
		}
		if r := remedyOf(refused.Code); r != nil {
			return r.kind, r.code, r.hint, true
		}
		return final, mashal.Internal, "", true
	case errors.As(err, &attempt):
		var dns *net.DNSError
		if errors.As(err, &dns) && dns.IsNotFound {
			return away, mashal.Internal, "There is no host with that name. Check the address, and the network.", true
		}
		return away, mashal.Internal, "Check that the server is running and can be reached.", true
	case isBroken(err):
		return away, mashal.Internal, "The connection to the server was lost. Check that it is running, and run the same command again.", true
	}
	return final, mashal.Internal, "", false
}

// isBroken reports whether err is that of a connection that has ended.
func isBroken(err error) bool {
	var network net.Error
	for _, broken := range []error{
		driver.ErrBadConn, sql.ErrConnDone, pgconn.ErrConnClosed, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNREFUSED,
	} {
		if errors.Is(err, broken) {
			return true
		}
	}
	return pgconn.Timeout(err) || errors.As(err, &network) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// isAway reports whether err means that the server cannot be used now.
func isAway(err error) bool {
	k, _, _, _ := classify(err)
	return k == away
}

// Unreachable reports whether err means that a server could not be used, also if Explain
// has returned it. The same may succeed later.
func Unreachable(err error) bool {
	var explained *mashal.Error
	for err != nil && errors.As(err, &explained) {
		err = explained.Err
	}
	return err != nil && isAway(err)
}

// Explain adds to an error of the server the operation, the address without
// password, and what to do. Other errors are returned as they are.
func (db *DB) Explain(op string, err error) error {
	var known *mashal.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	_, code, hint, ours := classify(err)
	if !ours && op != "open" {
		return err
	}
	return &mashal.Error{Code: code, Op: op + " the ledger " + db.where, Err: err, Hint: hint}
}
