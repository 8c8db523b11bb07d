package index

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance"
)

// The rows of figures. All are sorted by figure, so they are read side by side.
var (
	figureRows = rowQuery{
		columns: `figure.id, figure.verse, words, grounding, confidence, subtype, standing, speaker, purpose`, from: `figure`,
		orderBy: `figure.id`, key: `figure.id`,
	}
	typeRows = rowQuery{
		columns: `figure, t.type, detected, final`, from: `figure_type t`,
		orderBy: `figure, t.type`, key: `figure`,
	}
	tagRows = rowQuery{
		columns: `figure, side, specific, category, domain`, from: `figure_tag`,
		orderBy: `figure, side`, key: `figure`,
	}
	verdictRows = rowQuery{
		columns: `figure, d.type, decision`, from: `verdict d`,
		orderBy: `figure, ordinal`, key: `figure`,
	}
)

// loadFigures reads the figures that are needed and adds their strings to the
// dictionaries.
func (s *Snapshot) loadFigures(ctx context.Context, tx *sql.Tx, needed needed, known *dictionaries) (*columns, error) {
	c := newColumns(0)
	ids := []int64{}
	hasStanding, err := concordance.HasStanding(ctx, tx)
	if err != nil {
		return nil, err
	}
	figureRows := figureRows
	if !hasStanding {
		figureRows.columns = strings.Replace(figureRows.columns, "standing", "''", 1)
	}
	err = figureRows.each(ctx, tx, needed.figures,
		func(scan func(...any) error) error {
			var id, verse int64
			var words, grounding, standing string
			var confidence float64
			var subtype, speaker, purpose sql.NullString
			if err := scan(&id, &verse, &words, &grounding, &confidence, &subtype, &standing, &speaker, &purpose); err != nil {
				return err
			}
			n, ok := s.byID[id/concordance.PerReading]
			if !ok || !needed.has(n, int(verse)) {
				return nil
			}
			span, err := s.lexicon.ParseSpan(verse, words)
			if err != nil {
				return fmt.Errorf("figure %d: %w", id, err)
			}
			var is mashal.Standing
			if !hasStanding {
				subtype.String, is = mashal.SplitSubtype(subtype.String)
			} else if err := is.UnmarshalText([]byte(standing)); err != nil {
				return fmt.Errorf("figure %d: %w", id, err)
			}
			ids = append(ids, id)
			c.reading = append(c.reading, uint32(n))
			c.verse = append(c.verse, uint16(verse))
			c.ordinal = append(c.ordinal, uint16(id%concordance.PerVerse))
			c.detected, c.final, c.status = append(c.detected, 0), append(c.final, 0), append(c.status, 0)
			c.grounding = append(c.grounding, uint8(max(slices.Index(groundings, mashal.Grounding(grounding)), 0)))
			c.confidence = append(c.confidence, confidence)
			c.standing = append(c.standing, is)
			c.subtype = append(c.subtype, known.subtypes.Number(subtype.String))
			c.speaker = append(c.speaker, known.speakers.Number(speaker.String))
			c.purpose = append(c.purpose, known.purposes.Number(purpose.String))
			for side := range c.tags {
				c.tags[side].add(0, 0, 0)
			}
			c.ranges = append(c.ranges, span...)
			c.spans = append(c.spans, uint32(len(c.ranges)))
			return nil
		})
	if err != nil {
		return nil, err
	}
	found := needed.figures
	if found != nil {
		found = &keyRanges{ids, 1}
	}
	find := forwards(ids)
	err = typeRows.each(ctx, tx, found,
		func(scan func(...any) error) error {
			var id int64
			var ty mashal.Type
			var detected, final bool
			if err := scan(&id, &ty, &detected, &final); err != nil {
				return err
			}
			if row, ok := find(id); ok {
				set := newTypeSet(ty)
				if detected {
					c.detected[row] |= set
				}
				if final {
					c.final[row] |= set
				}
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	find = forwards(ids)
	err = tagRows.each(ctx, tx, found,
		func(scan func(...any) error) error {
			var id int64
			var side, specific, category, domain string
			if err := scan(&id, &side, &specific, &category, &domain); err != nil {
				return err
			}
			if row, ok := find(id); ok {
				t := &c.tags[sideNumber(side)]
				t.specific[row], t.category[row], t.domain[row] = known.specific.Number(specific), known.general.Number(category), known.general.Number(domain)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	last, err := loadDecisions(ctx, tx, found)
	if err != nil {
		return nil, err
	}
	none := &decisions{}
	for row, id := range ids {
		d := last[id]
		if d == nil {
			d = none
		}
		c.status[row] = statusOf(c.detected[row], c.final[row], d)
	}
	return c, nil
}

// forwards returns a function that finds ids in an ascending list. It must be
// called with ascending ids.
func forwards(ids []int64) func(id int64) (at int, ok bool) {
	at := 0
	return func(id int64) (int, bool) {
		for at < len(ids) && ids[at] < id {
			at++
		}
		return at, at < len(ids) && ids[at] == id
	}
}

// loadDecisions reads the last decision on each type of the given figures, if
// they have verdicts.
func loadDecisions(ctx context.Context, tx *sql.Tx, figures *keyRanges) (map[int64]*decisions, error) {
	last := map[int64]*decisions{}
	err := verdictRows.each(ctx, tx, figures,
		func(scan func(...any) error) error {
			var id int64
			var ty mashal.Type
			var decision mashal.Decision
			if err := scan(&id, &ty, &decision); err != nil {
				return err
			}
			d := last[id]
			if d == nil {
				d = &decisions{}
				last[id] = d
			}
			if i := slices.Index(mashal.Types, ty); i >= 0 {
				d[i] = decision
			}
			return nil
		})
	return last, err
}

// A rowQuery reads rows of one table, sorted by their key.
type rowQuery struct {
	columns string
	from    string
	groupBy string // "" for none
	orderBy string
	key     string // a column with a key, such as the id of a figure
}

// each calls fn for the rows whose key is in one of the ranges, or for all rows
// if ranges is nil. Ranges must not overlap.
func (q rowQuery) each(ctx context.Context, tx *sql.Tx, ranges *keyRanges, fn func(scan func(...any) error) error) error {
	end := ` ORDER BY ` + q.orderBy
	if q.groupBy != "" {
		end = ` GROUP BY ` + q.groupBy + end
	}
	if ranges == nil {
		return concordance.Each(ctx, tx, fn, `SELECT `+q.columns+` FROM `+q.from+end)
	}
	return concordance.Each(ctx, tx, fn, `SELECT `+q.columns+` FROM json_each($1) j CROSS JOIN `+q.from+
		` ON `+q.key+` BETWEEN j.value AND j.value + $2`+end, jsonOf(ranges.firsts), ranges.length-1)
}
