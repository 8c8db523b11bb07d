package llm

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
)

// Additions are headers that requests have beside those of the protocol, such as
// the ones by which a gateway admits a client. Their values are secrets.
type Additions []Addition

// An Addition is one header.
type Addition struct{ Name, Value string }

// ownHeaders maps the names of headers that cannot be added to the reason.
var ownHeaders = map[string]string{}

func init() {
	for reason, names := range map[string][]string{
		"it carries the key, which is read from the environment (docs/models.md)": {
			"Authorization", "X-Api-Key", "X-Goog-Api-Key",
		},
		"it is part of the connection, and the program sets it": {
			"Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization",
			"Proxy-Authenticate", "Te", "Trailer", "Upgrade", "Expect", "Http2-Settings",
		},
		"it is part of the vendor's protocol, and the program sets it": {
			"Content-Type", "Content-Encoding", "Accept", "Accept-Encoding", "Range", "Anthropic-Version",
			"X-Goog-Upload-Protocol", "X-Goog-Upload-Command", "X-Goog-Upload-Offset", "X-Goog-Upload-Header-Content-Type", "X-Goog-Upload-Header-Content-Length",
		},
	} {
		for _, name := range names {
			ownHeaders[name] = reason
		}
	}
}

// headerName matches a token as HTTP defines it.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")

// ParseHeaderName returns the usual form of the name of a header that can be added to
// requests. The error quotes the name only if it is one.
func ParseHeaderName(name string) (string, error) {
	if !headerName.MatchString(name) {
		return "", errors.New("it is not the name of a header")
	}
	usual := textproto.CanonicalMIMEHeaderKey(name)
	if why := ownHeaders[usual]; why != "" {
		return "", fmt.Errorf("%s cannot be added: %s", usual, why)
	}
	return usual, nil
}

// CheckHeaderValue returns an error if a header cannot have the value, which the
// error does not quote.
func CheckHeaderValue(value string) error {
	if value == "" {
		return errors.New("it is empty")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("it has a line break or another control character")
	}
	return nil
}

// Names lists the names of the headers.
func (a Additions) Names() (names []string) {
	for _, one := range a {
		names = append(names, one.Name)
	}
	return names
}

// Header returns a copy of h with the headers added.
func (a Additions) Header(h http.Header) http.Header {
	if len(a) == 0 {
		return h
	}
	if h = h.Clone(); h == nil {
		h = http.Header{}
	}
	for _, one := range a {
		h.Set(one.Name, one.Value)
	}
	return h
}

// Secrets returns secrets with those of the values added: each value, and of a value
// such as "Bearer abc" or "a=b; c=d" also what follows the scheme or a name.
func (a Additions) Secrets(secrets ...string) []string {
	secrets = slices.Clone(secrets)
	for _, one := range a {
		secrets = append(secrets, one.Value)
		for _, part := range strings.FieldsFunc(one.Value, func(r rune) bool { return r == ' ' || r == ';' || r == ',' }) {
			if _, value, ok := strings.Cut(part, "="); ok && strings.Trim(value, "=") != "" {
				part = value
			}
			if part != one.Value && len(part) >= minPart {
				secrets = append(secrets, part)
			}
		}
	}
	return secrets
}

// minPart is the length of the shortest part of a value that is a secret of its own.
// Shorter ones, such as "Bearer", occur in ordinary texts.
const minPart = 8
