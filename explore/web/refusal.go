package web

import (
	"cmp"
	"errors"

	"mashal"
)

// RefuseError refuses a value with the message and the suggestions of an error.
func RefuseError(p *Params, name, value string, err error) {
	w := invalidParam{Name: name, Value: value, Reason: ErrorMessage(err)}
	if e, ok := UsageError(err); ok && len(e.Nearest) > 0 {
		w.Nearest, w.also = e.Nearest[0], e.Nearest[1:]
	}
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		w.Nearest, w.place = cmp.Or(w.Nearest, e.Nearest), e.Place
	}
	p.invalid = append(p.invalid, w)
}
