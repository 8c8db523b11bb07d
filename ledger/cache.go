package ledger

import (
	"context"
	"database/sql"
	"sync"

	"mashal"
)

// maxAccounts limits the number of cached accounts. The account of a run over
// the whole Bible takes some hundred kilobytes.
const maxAccounts = 8

// countCache caches the counts of runs that have ended: counting a run over
// the whole Bible takes some 20 ms. They change only when another run begins
// and takes over verses, or when a person judges a figure.
type countCache struct {
	mu sync.Mutex

	runs     string // Ledger.runsCounted when progress was counted
	progress map[string]mashal.RunProgress

	counters string // Ledger.counters when the accounts were counted
	accounts map[string]*mashal.RunAccount
}

// progressOf returns the cached progress of a run, if no run has begun and nothing was
// forgotten since.
func (c *countCache) progressOf(runs, id string) (mashal.RunProgress, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs != runs {
		return mashal.RunProgress{}, false
	}
	p, ok := c.progress[id]
	return p, ok
}

func (c *countCache) keepProgress(runs string, list []mashal.RunProgress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs != runs || c.progress == nil {
		c.runs, c.progress = runs, map[string]mashal.RunProgress{}
	}
	for _, p := range list {
		if !p.Run.Ended.IsZero() {
			c.progress[p.Run.ID] = p
		}
	}
}

// accountOf returns the cached account of a run, or nil.
func (c *countCache) accountOf(counters, id string) *mashal.RunAccount {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counters != counters {
		return nil
	}
	return c.accounts[id]
}

func (c *countCache) keepAccount(counters string, a *mashal.RunAccount) {
	if a.Run.Ended.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counters != counters || len(c.accounts) >= maxAccounts {
		c.counters, c.accounts = counters, map[string]*mashal.RunAccount{}
	}
	c.accounts[a.Run.ID] = a
}

// runsCounted returns a text that stays the same while no run begins and nothing is
// forgotten.
func (l *Ledger) runsCounted(ctx context.Context) (text string, err error) {
	err = l.read().QueryRowContext(ctx, `SELECT string_agg(name || ' ' || value, ',') FROM counter WHERE name IN ('run', 'forgetting')`).Scan(&text)
	return text, l.explain("read", err)
}

// counters returns all counters of the ledger as a text. While it stays the
// same, no run has begun, and nothing was read, asked or judged.
func (l *Ledger) counters(ctx context.Context) (text string, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		text += name + " " + value + "\n"
		return err
	}, `SELECT name, value FROM counter ORDER BY name`)
	return text, l.explain("read", err)
}
