package concordance

import (
	"context"
	"fmt"
)

// UnmappedTags are the tags of a concordance that the vocabulary does not cover.
type UnmappedTags struct {
	Tags     int // all
	Unmapped int // without a category
	Examples []UnmappedTag
}

// An UnmappedTag is a tag without a category and the number of figures with it.
type UnmappedTag struct {
	Side, Specific string
	Figures        int
}

// UnmappedTags counts the tags without a category and lists the most frequent
// ones, at most limit.
func (c *Concordance) UnmappedTags(ctx context.Context, limit int) (UnmappedTags, error) {
	var t UnmappedTags
	err := Each(ctx, c.db.Read(), func(scan func(...any) error) error { return scan(&t.Tags, &t.Unmapped) },
		`SELECT count(*), COALESCE(sum(category = ''), 0) FROM figure_tag`)
	if err == nil {
		err = Each(ctx, c.db.Read(), func(scan func(...any) error) error {
			var tag UnmappedTag
			if err := scan(&tag.Side, &tag.Specific, &tag.Figures); err != nil {
				return err
			}
			t.Examples = append(t.Examples, tag)
			return nil
		}, `SELECT side, specific, count(*) AS figures FROM figure_tag WHERE category = ''
			GROUP BY side, specific ORDER BY figures DESC, side, specific LIMIT $1`, limit)
	}
	if err != nil {
		return t, fmt.Errorf("count the tags of %s: %w", c.db.Path(), err)
	}
	return t, nil
}
