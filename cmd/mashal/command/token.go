package command

import (
	"strings"

	"mashal"
	"mashal/access"
)

// readToken returns the token that --token names, without blanks around it; "" if it names
// none. Its errors do not quote what may be the token itself. example is the variable that
// they propose.
func (p *program) readToken(where, example string) (token string, err error) {
	if where == "" {
		return "", nil
	}
	form := "Put a long random text, such as that of openssl rand -hex 24, into a variable or a file: --token @env:" + example + " or --token @file:token.txt."
	if variable, ok := strings.CutPrefix(where, "@env:"); ok {
		getenv, err := p.environment()
		if err != nil {
			return "", err
		}
		if !variableName.MatchString(variable) {
			return "", mashal.Usagef(form, "--token: what follows @env: is not the name of a variable")
		}
		token = getenv(variable)
	} else if path, ok := strings.CutPrefix(where, "@file:"); ok {
		data, err := readRegular(path, maxToken)
		if err != nil {
			return "", &mashal.Error{Code: mashal.Usage, Op: "read the file of --token", Err: err, Hint: form}
		}
		token = string(data)
	} else {
		return "", mashal.Usagef(form, "--token takes no token itself: other users of the machine can see the command line")
	}
	if token = strings.TrimSpace(token); len(token) < access.MinToken || len(token) > maxToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", mashal.Usagef(form, "--token: the token is not %d to %d printable characters of ASCII without blanks", access.MinToken, maxToken)
	}
	return token, nil
}

// maxToken is the length of the longest token, in bytes.
const maxToken = 512
