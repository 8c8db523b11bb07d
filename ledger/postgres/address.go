package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"mashal"
)

// DefaultConnections is the number of connections of a process unless its address
// has another.
const DefaultConnections = 8

// minConnections is the smallest number of connections: one holds the writer's
// lock, and another reads and writes.
const minConnections = 2

// Parameters of an address that are not the server's.
const (
	paramPool        = "pool"           // the mode of a pooler: transaction or session
	paramConnections = "pool_max_conns" // the name that pgxpool has given it
)

const addressForm = "It is postgres://user@host:port/database; a ledger in a file is always ledger.db in the data folder."

// IsAddress reports whether a place is the address of a server.
func IsAddress(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// CheckAddress returns an error if address is not that of a server, or has a
// password in it: other users of the machine would see it, and it would be stored
// with every run. The error does not repeat the address.
func CheckAddress(address string) error {
	if !IsAddress(address) {
		return refuse("it does not begin with postgres://", addressForm)
	}
	user, query, err := split(address)
	if err != nil {
		return err
	}
	if strings.Contains(user, ":") {
		return refuse("there is a password in it", noPassword)
	}
	for _, p := range query {
		switch name := strings.ToLower(p.name); {
		case name == "passfile": // the path of a file
		case strings.Contains(name, "pass"), strings.Contains(name, "secret"), strings.Contains(name, "token"):
			return refuse("there is a password in it", noPassword)
		}
	}
	_, err = parse(address)
	return err
}

const noPassword = "Leave it out: PGPASSWORD or a ~/.pgpass file gives the password."

func refuse(why, hint string) error {
	return &mashal.Error{Code: mashal.Usage, Op: "read the address of the ledger", Err: errors.New(why), Hint: hint}
}

// WithConnections returns an address with the number of connections that a process
// may have. A number that the address has already is kept.
func WithConnections(address string, n int) string {
	if _, query, err := split(address); err != nil || has(query, paramConnections) {
		return address
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + paramConnections + "=" + strconv.Itoa(n)
}

// A param is one parameter of the query of an address.
type param struct {
	name, value string
	raw         string
}

func has(query []param, name string) bool {
	for _, p := range query {
		if p.name == name {
			return true
		}
	}
	return false
}

// split returns the user information and the query of an address. It does not use
// package url, which rejects addresses with several hosts.
func split(address string) (user string, query []param, err error) {
	_, rest, _ := strings.Cut(address, "://")
	rest, text, _ := strings.Cut(rest, "?")
	authority, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && at < len(authority) {
		user = authority[:at]
	} else if at >= 0 { // a user or a password with a slash in it
		user = rest[:at]
	}
	if strings.ContainsAny(rest, " \t\r\n") || strings.Count(authority, "[") != strings.Count(authority, "]") {
		return "", nil, refuse("it is not a URL", addressForm)
	}
	if _, err := url.PathUnescape(rest); err != nil { // err repeats the address
		return "", nil, refuse("it is not a URL", addressForm)
	}
	for raw := range strings.SplitSeq(text, "&") {
		if raw == "" {
			continue
		}
		name, value, _ := strings.Cut(raw, "=")
		p := param{raw: raw}
		var bad [2]error
		p.name, bad[0] = url.QueryUnescape(name)
		p.value, bad[1] = url.QueryUnescape(value)
		if errors.Join(bad[:]...) != nil {
			return "", nil, refuse("it is not a URL", addressForm)
		}
		query = append(query, p)
	}
	return user, query, nil
}

// A pooling is what stands between this process and the server.
type pooling uint8

const (
	unknownPooling  pooling = iota // found out at the first connection
	noPooling                      // nothing, or a pooler in session mode
	transactionPool                // a pooler that lends a connection for one transaction
)

// A target is a parsed address.
type target struct {
	config      *pgx.ConnConfig
	where       string // the address without user, password and parameters
	pooling     pooling
	connections int
}

// parse parses an address.
func parse(address string) (*target, error) {
	t := &target{connections: DefaultConnections}
	_, query, err := split(address)
	if err != nil {
		return nil, err
	}
	base, _, _ := strings.Cut(address, "?")
	var rest []string
	for _, p := range query {
		switch p.name {
		case paramPool:
			switch p.value {
			case "transaction":
				t.pooling = transactionPool
			case "session":
				t.pooling = noPooling
			default:
				return nil, refuse(fmt.Sprintf("pool=%s is unknown", p.value), "It is pool=transaction or pool=session; without it the program finds out.")
			}
		case paramConnections:
			if t.connections, err = strconv.Atoi(p.value); err != nil || t.connections < minConnections {
				return nil, refuse(fmt.Sprintf("%s connections are too few, or no number", p.value), fmt.Sprintf("A process needs at least %d.", minConnections))
			}
		default:
			rest = append(rest, p.raw)
		}
	}
	if len(rest) > 0 {
		base += "?" + strings.Join(rest, "&")
	}
	if t.config, err = pgx.ParseConfig(base); err != nil {
		if e := explainTLS(err); e != nil {
			return nil, e
		}
		// The parser's message leaves the password out.
		return nil, &mashal.Error{Code: mashal.Usage, Op: "open the ledger on a server", Err: err, Hint: "Name it as postgres://user@host:port/database."}
	}
	c := t.config
	t.where = fmt.Sprintf("postgres://%s:%d/%s", c.Host, c.Port, c.Database)
	if strings.HasPrefix(c.Host, "/") {
		t.where = fmt.Sprintf("postgres:///%s?host=%s", c.Database, c.Host)
	}
	c.RuntimeParams["application_name"] = processName()
	return t, nil
}

// explainTLS returns an error with a hint if a file of certificates or keys that
// an address names cannot be read or is of another form, and nil for other errors.
func explainTLS(err error) error {
	var file *os.PathError
	// The parser has no type for a file that is not in PEM form.
	if !errors.As(err, &file) && !strings.Contains(err.Error(), "CA to cert pool") {
		return nil
	}
	return &mashal.Error{
		Code: mashal.Usage, Op: "open the ledger on a server", Err: err,
		Hint: "sslrootcert, sslcert and sslkey name files in PEM form that this user can read.",
	}
}

// processName returns the name under which the server shows this process. The
// server keeps 63 bytes of it.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return strings.ToValidUTF8(fmt.Sprintf("mashal pid %d on %.40s", os.Getpid(), host), "?")
}
