package llm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/tidwall/gjson"
)

// A Lister is a Provider whose server can be asked for the names of its models.
// That costs nothing.
type Lister interface {
	Models(ctx context.Context) ([]string, error)
}

// ErrNoListing is the error of a server that does not list its models.
var ErrNoListing = errors.New("the server does not list its models")

// Models returns the names of the models that the server at u lists, in the
// format of any vendor.
func (e *Endpoint) Models(ctx context.Context, u *url.URL) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, Redact(err, e.secrets...)
	}
	req.Header = e.header.Clone()
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, Redact(err, e.secrets...)
	}
	defer func() { _ = resp.Body.Close() }() // it has only been read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxListing))
	if err != nil {
		return nil, Redact(err, e.secrets...)
	}
	if resp.StatusCode != http.StatusOK || !gjson.ValidBytes(body) {
		return nil, fmt.Errorf("%w (HTTP status %d)", ErrNoListing, resp.StatusCode)
	}
	var names []string
	for _, path := range []string{"data.#.id", "models.#.name"} {
		for _, name := range gjson.GetBytes(body, path).Array() {
			names = append(names, RedactText(name.String(), e.secrets...))
		}
	}
	if len(names) == 0 {
		return nil, ErrNoListing
	}
	return names, nil
}

const maxListing = 4 << 20 // bytes; the longest known list has some 500 kB

// Models returns the names of the models that the provider's server lists.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	if l, ok := c.Provider.(Lister); ok {
		return l.Models(ctx)
	}
	return nil, ErrNoListing
}
