package explore

// refuseError refuses a value for the reason that an error gives, with what the
// error says is near it.
func refuseError(p *params, name, value string, err error) {
	w := wrongParam{Name: name, Value: value, Reason: errorMessage(err)}
	if e, ok := usage(err); ok && len(e.Nearest) > 0 {
		w.Nearest, w.also = e.Nearest[0], e.Nearest[1:]
	}
	p.wrong = append(p.wrong, w)
}

// errorMessage is an error for people with its hint, which are in English.
func errorMessage(err error) message {
	says := sentence(err.Error())
	if e, ok := usage(err); ok && e.Hint != "" {
		says += " " + e.Hint
	}
	return msg("%s", says)
}
