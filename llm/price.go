package llm

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// A Price is the price of a model, in US dollars per million tokens.
type Price struct {
	Vendor, Model string
	Above         int64   // applies to requests with more input tokens than this
	Input         float64 // not cached
	Cached        float64 // read from a cache
	CacheWrite    float64 // written to a cache
	Output        float64 // reasoning included
	Batch         float64 // factor for batches: 0.5 is half the price
	AsOf          time.Time
	Source        string // where the price was found
}

// Cost returns what u costs at the price.
func (p Price) Cost(u mashal.Tokens, batch bool) mashal.Cost {
	reported := u.Reported
	u = u.Clamped()
	usd := float64(u.Input-u.CachedInput-u.CacheWrite)*p.Input +
		float64(u.CachedInput)*p.Cached + float64(u.CacheWrite)*p.CacheWrite + float64(u.Output)*p.Output
	if batch {
		usd *= p.Batch
	}
	// Dollars per million, in billionths.
	c := mashal.Cost{Amount: mashal.Money(math.Round(usd * 1e3)), State: mashal.CostExact}
	if !reported {
		c.State = mashal.CostEstimated
	}
	return c
}

// Prices is a table of prices, each with its date.
type Prices struct {
	rows map[string][]Price // by vendor:model, highest Above first
}

//go:embed prices.csv
var pricesCSV string

// DefaultPrices returns the table that is built into the program.
func DefaultPrices() *Prices {
	p := &Prices{rows: map[string][]Price{}}
	if err := p.Read(strings.NewReader(pricesCSV), "prices.csv"); err != nil {
		panic(err) // embedded: a test reads it
	}
	return p
}

var priceColumns = []string{"vendor", "model", "above", "input", "cached", "cache_write", "output", "batch", "as_of", "source"}

// Read adds the rows of a CSV file to p. The file has the columns of the built-in
// table, prices.csv. The rows of a model replace those that p has for it. On an
// error, which names the file and the line, p is unchanged.
func (p *Prices) Read(r io.Reader, name string) error {
	c := csv.NewReader(r)
	c.Comment, c.TrimLeadingSpace = '#', true
	header, err := c.Read()
	if err != nil {
		return fmt.Errorf("read prices from %s: %w", name, err)
	}
	if !slices.Equal(header, priceColumns) {
		return fmt.Errorf("read prices from %s: the columns are not %s", name, strings.Join(priceColumns, ","))
	}
	rows := map[string][]Price{}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read prices from %s: %w", name, err)
		}
		price, err := parsePrice(record)
		if err != nil {
			line, _ := c.FieldPos(0)
			return fmt.Errorf("read prices from %s: line %d: %w", name, line, err)
		}
		key := price.Vendor + ":" + price.Model
		rows[key] = append(rows[key], price)
	}
	for key, list := range rows {
		slices.SortFunc(list, func(a, b Price) int { return int(b.Above - a.Above) })
		p.rows[key] = list
	}
	return nil
}

func parsePrice(record []string) (Price, error) {
	p := Price{Vendor: record[0], Model: record[1], Source: record[9]}
	if p.Vendor == "" || p.Model == "" {
		return p, errors.New("a price needs a vendor and a model")
	}
	var err error
	if p.Above, err = strconv.ParseInt(record[2], 10, 64); err != nil || p.Above < 0 {
		return p, fmt.Errorf("column above: %q is not a number of tokens", record[2])
	}
	for i, v := range []*float64{&p.Input, &p.Cached, &p.CacheWrite, &p.Output, &p.Batch} {
		n, err := strconv.ParseFloat(record[3+i], 64)
		if err != nil || math.IsNaN(n) || n < 0 || n > 1e5 {
			return p, fmt.Errorf("column %s: %q is not a price", priceColumns[3+i], record[3+i])
		}
		*v = n
	}
	if p.AsOf, err = time.Parse(time.DateOnly, record[8]); err != nil {
		return p, fmt.Errorf("column as_of: %q is not a date like 2026-11-01", record[8])
	}
	return p, nil
}

// dated matches the suffix of a version of a model: gpt-5.1-2025-11-13,
// claude-opus-4-5-20251101, gemini-2.5-flash-preview-09-2025.
var dated = regexp.MustCompile(`-(20\d\d-\d\d-\d\d|20\d{6}|preview-\d\d-20\d\d|latest)$`)

// Find returns the price of a model for a request with input tokens of input. A
// dated version that is not listed has the price of the model. The vendor
// openai-responses has the prices of openai.
func (p *Prices) Find(vendor, model string, input int64) (Price, bool) {
	vendor = strings.TrimSuffix(vendor, "-responses")
	for _, name := range []string{model, dated.ReplaceAllString(model, "")} {
		for _, row := range p.rows[vendor+":"+name] {
			if row.Above == 0 || input > row.Above {
				return row, true
			}
		}
	}
	return Price{}, false
}

// Free reports whether requests to a model are known to cost nothing.
func (p *Prices) Free(vendor, model string) bool {
	for _, input := range []int64{0, math.MaxInt64} {
		price, ok := p.Find(vendor, model, input)
		if !ok || price.Input+price.Cached+price.CacheWrite+price.Output > 0 {
			return false
		}
	}
	return true
}

// Cost returns what u costs with a model: unknown if the model has no price.
func (p *Prices) Cost(vendor, model string, u mashal.Tokens, batch bool) mashal.Cost {
	price, ok := p.Find(vendor, model, u.Input)
	if !ok {
		return mashal.Cost{}
	}
	return price.Cost(u, batch)
}

// Most returns the most that u can cost, which a Budget reserves: all input is
// taken at the price of writing it to the cache if that is higher.
func (p *Prices) Most(vendor, model string, u mashal.Tokens) mashal.Cost {
	price, ok := p.Find(vendor, model, u.Input)
	if !ok {
		return mashal.Cost{}
	}
	price.Input = max(price.Input, price.CacheWrite)
	return price.Cost(u, false)
}

// All returns the rows, ordered by vendor, model and Above.
func (p *Prices) All() []Price {
	var all []Price
	for _, rows := range p.rows {
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b Price) int {
		if c := strings.Compare(a.Vendor+":"+a.Model, b.Vendor+":"+b.Model); c != 0 {
			return c
		}
		return int(a.Above - b.Above)
	})
	return all
}
