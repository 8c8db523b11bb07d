package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/report"
)

// difference compares the concordance with the ledger. It returns nil if one of them is
// missing.
func (p *program) difference(ctx context.Context) (d *concordance.Difference, err error) {
	path := report.Folder(p.dir).Concordance()
	if !exists(path) {
		return nil, nil
	}
	l, err := p.ledgerIfAny(ctx)
	if err != nil || l == nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	d, err = c.Difference(ctx, l)
	return d, errors.Join(err, c.Close())
}

// examineDifference compares the concordance with the ledger by their readings. There is
// no finding if one of them cannot be read, which has a finding of its own.
func (p *program) examineDifference(ctx context.Context) []finding {
	const thing = "both"
	folder := report.Folder(p.dir)
	if p.ledger == "" && exists(folder.Concordance()) && !exists(folder.Ledger()) {
		return []finding{{
			thing, unusual, "there is a concordance without its ledger: what was asked, answered and paid, and which verses were not run, cannot be told",
			"Put the ledger back, or restore a backup with mashal restore BACKUP.",
		}}
	}
	d, err := p.difference(ctx)
	switch {
	case err != nil || d == nil:
		return nil
	case d.None():
		return []finding{{thing, well, "the concordance has the readings of the ledger", ""}}
	case d.Another():
		return []finding{{
			thing, ill, fmt.Sprintf("the concordance follows another ledger, whose first run is %q; that of this one is %q", d.Follows, d.Ledger),
			"Put the right ledger back, or restore a backup with mashal restore BACKUP. The concordance is all that is here of " + count(len(d.Lost), "reading") + ": " + places(d.Lost) + ".",
		}}
	case len(d.Lost) > 0:
		return []finding{{
			thing, ill, fmt.Sprintf("the concordance has %s that the ledger lacks or has in an older state: %s", count(len(d.Lost), "reading"), places(d.Lost)),
			"Put the right ledger back, or restore a newer backup with mashal restore BACKUP.",
		}}
	}
	f := finding{thing, unusual, "", "The next mashal annotate or mashal build brings the concordance up to the ledger."}
	if n := len(d.Missing); n > 0 {
		f.Says = fmt.Sprintf("the concordance lacks %s of the ledger, or has an older state: %s", count(n, "reading"), p.placesOf(ctx, d.Missing))
	}
	if n := len(d.Gone); n > 0 {
		f.Says = strings.TrimPrefix(f.Says+fmt.Sprintf("; the concordance has %s that the ledger has forgotten: %s", count(n, "reading"), places(d.Gone)), "; ")
	}
	return []finding{f}
}

// mostPlaces is the number of chapters that a finding names.
const mostPlaces = 8

// places names the chapters of readings.
func places(list []concordance.Held) string {
	chapters := map[mashal.Chapter]bool{}
	for _, h := range list {
		chapters[h.Chapter] = true
	}
	return namePlaces(chapters)
}

// placesOf names the chapters of readings of the ledger.
func (p *program) placesOf(ctx context.Context, ids []int64) string {
	chapters := map[mashal.Chapter]bool{}
	l, err := p.ledgerIfAny(ctx)
	if err != nil || l == nil {
		return "unknown chapters"
	}
	for _, id := range ids {
		if len(chapters) > mostPlaces {
			break
		}
		var r *mashal.Reading
		if r, err = l.Reading(ctx, id); err != nil {
			break
		}
		chapters[r.Chapter] = true
	}
	if errors.Join(err, l.Close()) != nil {
		return "unknown chapters"
	}
	return namePlaces(chapters)
}

func namePlaces(chapters map[mashal.Chapter]bool) string {
	sorted := slices.SortedFunc(maps.Keys(chapters), func(a, b mashal.Chapter) int { return a.FirstOrdinal() - b.FirstOrdinal() })
	var names []string
	for _, ch := range sorted[:min(len(sorted), mostPlaces)] {
		names = append(names, ch.String())
	}
	text := strings.Join(names, ", ")
	if len(sorted) > mostPlaces {
		text += " and others"
	}
	return text
}
