package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"mashal/llm"
)

// A Capability is what was found out about a model on a server.
type Capability struct {
	Server    string // the address; "" for the vendor's own
	Model     string // vendor:model
	Abilities llm.Abilities
	Found     time.Time // when it last changed
}

// Name returns the model and the address of its server, for people.
func (c Capability) Name() string {
	if c.Server == "" || strings.HasSuffix(c.Model, "@"+c.Server) {
		return c.Model
	}
	return c.Model + "@" + c.Server
}

// Capabilities returns what runs have found out about models, by server and model.
// A ledger of an earlier version has none.
func (l *Ledger) Capabilities(ctx context.Context) (list []Capability, err error) {
	if l.version < versionCapabilities {
		return nil, nil
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var c Capability
		var abilities, found string
		if err := rows.Scan(&c.Server, &c.Model, &abilities, &found); err != nil {
			return err
		}
		c.Abilities = llm.ParseAbilities([]byte(abilities))
		if c.Found, err = parseTime(found); err != nil {
			return fmt.Errorf("the capabilities of %s: %w", c.Model, err)
		}
		list = append(list, c)
		return nil
	}, `SELECT server, model, abilities, found_at FROM capability ORDER BY server, model`)
	return list, l.explain("read", err)
}

// RecordCapability records what was found out about a model on a server, in place
// of what was known before.
func (l *Ledger) RecordCapability(ctx context.Context, server, model string, a llm.Abilities) error {
	err := l.unguarded().write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
INSERT INTO capability (server, model, abilities, found_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (server, model) DO UPDATE SET abilities = excluded.abilities, found_at = excluded.found_at`,
			clean(server), clean(model), jsonText(a), l.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("record what %s accepts: %w", model, err)
	}
	return nil
}
