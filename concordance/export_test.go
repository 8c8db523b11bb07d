package concordance

import (
	"context"
	"database/sql"
	"fmt"
)

// Verify compares the full-text index with the rows it indexes.
func (c *Concordance) Verify(ctx context.Context) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, table := range []string{"verse_text", "figure_text"} {
			if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (`+table+`, rank) VALUES ('integrity-check', 1)`); err != nil {
				return fmt.Errorf("compare %s with what it indexes: %w", table, err)
			}
		}
		return nil
	})
	return Explain("verify the concordance "+c.db.Path(), err)
}
