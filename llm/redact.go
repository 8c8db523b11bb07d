package llm

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxErrorText is the length of the longest text of a server in an error, in
// bytes.
const maxErrorText = 600

// minSecret is the length of the shortest key that is kept secret. Shorter ones
// stand for a key with servers that need none, and occur in ordinary words.
const minSecret = 4

// A redacted error has the text of another error without secrets, on one line
// and of bounded length. It does not unwrap to the other error, but errors.Is
// looks through it, so that a cancelled context is recognised.
type redacted struct {
	text string
	is   func(target error) bool // a function, because fmt prints fields
}

func (r *redacted) Error() string        { return r.text }
func (r *redacted) Is(target error) bool { return r.is(target) }

// Redact returns err with a clean text: without the secrets, in any of the
// encodings in which they are sent, without the user names, passwords and keys in
// addresses, without control characters, and of bounded length. Its causes cannot be unwrapped, because errors can hold a request with
// its headers.
func Redact(err error, secrets ...string) error {
	if err == nil {
		return nil
	}
	return &redacted{RedactText(err.Error(), secrets...), func(target error) bool { return errors.Is(err, target) }}
}

// RedactText returns a text as Redact cleans that of an error.
func RedactText(s string, secrets ...string) string {
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); len(secret) < minSecret {
			continue
		}
		for _, form := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		} {
			s = strings.ReplaceAll(s, form, "[key]")
		}
	}
	s = redactParameters(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxErrorText {
		cut := maxErrorText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return s
}
