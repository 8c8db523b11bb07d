package web

// RefuseError refuses a value for the reason that an error gives, with what the
// error says is near it.
func RefuseError(p *Params, name, value string, err error) {
	w := invalidParam{Name: name, Value: value, Reason: ErrorMessage(err)}
	if e, ok := UsageError(err); ok && len(e.Nearest) > 0 {
		w.Nearest, w.also = e.Nearest[0], e.Nearest[1:]
	}
	p.invalid = append(p.invalid, w)
}
