package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/ledger/postgres"
	"mashal/sqlite"
)

// A Problem is a fault of a ledger or a concordance.
type Problem struct {
	Check string `json:"check"`
	Place string `json:"place,omitempty"`
	Says  string `json:"says"`
}

// A Check is one kind of comparison.
type Check struct {
	Name     string `json:"name"`
	Compared int    `json:"compared"` // things that were compared
	Problems int    `json:"problems"`
}

// A Result is what the verification of a ledger or a concordance found.
type Result struct {
	Path     string    `json:"path"` // of the file, or the address of the server
	Kind     Kind      `json:"kind,omitempty"`
	Schema   int       `json:"schema,omitempty"`
	Checks   []Check   `json:"checks"`
	Problems []Problem `json:"problems"`
	Unknown  []string  `json:"cannot_tell"` // what cannot be told, and why
}

// MarshalJSON writes lists without elements as [].
func (r *Result) MarshalJSON() ([]byte, error) {
	type plain Result
	p := plain(*r)
	if p.Checks == nil {
		p.Checks = []Check{}
	}
	if p.Problems == nil {
		p.Problems = []Problem{}
	}
	if p.Unknown == nil {
		p.Unknown = []string{}
	}
	return json.Marshal(p)
}

// begin begins a check. The function that it returns counts a fault of it.
func (r *Result) begin(name string) (check *Check, found concordance.Finding) {
	r.Checks = append(r.Checks, Check{Name: name})
	i := len(r.Checks) - 1
	return &r.Checks[i], func(place, says string) {
		r.Checks[i].Problems++
		r.Problems = append(r.Problems, Problem{name, place, says})
	}
}

// fail records that a check could not be finished. It returns err if that is not a fault
// of what was checked: the check was cancelled, or the server of the ledger, which may be
// nil, is away.
func (r *Result) fail(ctx context.Context, l *ledger.Ledger, found concordance.Finding, err error) error {
	if err == nil || ctx.Err() != nil || l != nil && !l.InFile() && postgres.Unreachable(err) {
		return err
	}
	found("", err.Error())
	return nil
}

// A Verifier verifies ledgers and concordances against the text of the program. It changes
// nothing.
type Verifier struct{ Text *corpus.Corpus }

// File verifies the file at path alone.
func (v Verifier) File(ctx context.Context, path string) (*Result, error) {
	kind, err := KindOf(ctx, path)
	if err != nil {
		if r := damaged(path, err); r != nil {
			return r, nil
		}
		return nil, err
	}
	if kind == Ledger {
		return v.Ledger(ctx, path)
	}
	return v.Concordance(ctx, path, nil, false)
}

// damaged returns the result for a file that cannot be read because it is damaged, and nil
// for another error.
func damaged(path string, err error) *Result {
	switch sqlite.KindOf(err) {
	case sqlite.Corrupt, sqlite.NotDatabase, sqlite.NoTable, sqlite.Device:
		r := &Result{Path: path}
		_, found := r.begin("integrity")
		found("", err.Error())
		return r
	}
	return nil
}

// Ledger verifies a ledger: a file, or a database of a server.
func (v Verifier) Ledger(ctx context.Context, where string) (*Result, error) {
	l, err := ledger.OpenReadOnly(ctx, where)
	if err != nil {
		if r := damaged(where, err); r != nil {
			r.Kind = Ledger
			return r, nil
		}
		return nil, err
	}
	r, err := v.OpenLedger(ctx, where, l)
	return r, errors.Join(err, l.Close())
}

// Concordance verifies the concordance at path, and compares it with its ledger unless that
// is nil. writing states that a run is writing to both: then the ledger may be ahead.
func (v Verifier) Concordance(ctx context.Context, path string, l *ledger.Ledger, writing bool) (r *Result, err error) {
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		if r := damaged(path, err); r != nil {
			r.Kind = Concordance
			return r, nil
		}
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	version, current, err := c.Version(ctx)
	if err != nil {
		return nil, err
	}
	r = &Result{Path: path, Kind: Concordance, Schema: version}
	_, found := r.begin("integrity")
	if err := r.fail(ctx, l, found, c.Check(ctx)); err != nil {
		return nil, err
	}
	meta, err := c.Meta(ctx)
	if err := r.fail(ctx, l, found, err); err != nil {
		return nil, err
	}
	sameText := true
	if made := meta[concordance.MetaText]; made != v.Text.Version() {
		sameText = false
		r.Unknown = append(r.Unknown, fmt.Sprintf("It was made of another version of the text (%s; the program has %s): whether verses and quotations are right cannot be told. mashal build makes it of this one.", orUnknown(made), v.Text.Version()))
	} else {
		check, found := r.begin("text")
		n, err := c.CheckText(ctx, v.Text, found)
		check.Compared = n.Verses + n.Figures
		if err := r.fail(ctx, l, found, err); err != nil {
			return nil, err
		}
	}
	switch {
	case l == nil:
		r.Unknown = append(r.Unknown, "There is no ledger with it: whether its readings are those of the ledger, which verses were not run, and what was asked, answered and paid cannot be told.")
	case !sameText || version < current:
		r.Unknown = append(r.Unknown, "It is compared with the ledger by the revisions of its readings only, because it was made by another version of the program.")
		fallthrough
	default:
		check, found := r.begin("ledger")
		n, err := c.CheckSource(ctx, l, v.Text, concordance.Comparison{Ahead: writing, RevisionsOnly: !sameText || version < current}, found)
		check.Compared = n.Readings
		if err := r.fail(ctx, l, found, err); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// Damaged returns an error if a result has problems.
func Damaged(results ...*Result) error {
	n := 0
	for _, r := range results {
		n += len(r.Problems)
	}
	if n == 0 {
		return nil
	}
	return &mashal.Error{
		Op: "verify", Err: fmt.Errorf("%s found", count(n, "problem")),
		Hint: "A backup takes the place of a damaged ledger by mashal restore BACKUP, which keeps the damaged one. A concordance is built again from a sound ledger.",
	}
}
