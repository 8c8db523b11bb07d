package command

import (
	"regexp"
	"slices"
	"strings"

	"mashal"
	"mashal/llm"
)

// headerHelp is the description of --header.
const headerHelp = "header that requests have in addition, with its value in a variable of the\nenvironment: `NAME=@env:VARIABLE`; may be given several times"

// headerForm is the hint of errors of --header.
const headerForm = "Put the value into the environment or into .env, and name the variable: --header X-Team=@env:TEAM_TOKEN."

// A headerSource is a header with the variable that has its value.
type headerSource struct{ name, variable string }

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// parseHeaders parses the values of --header. No error quotes what may be a secret.
func parseHeaders(flags []string) (list []headerSource, err error) {
	for _, flag := range flags {
		name, variable, found := strings.Cut(flag, "=@env:")
		if !found {
			return nil, mashal.Usagef(headerForm, "--header takes no value itself: the command line is recorded with the run, and other users of the machine can see it")
		}
		if !variableName.MatchString(variable) {
			return nil, mashal.Usagef(headerForm, "--header: what follows @env: is not the name of a variable")
		}
		if name, err = llm.ParseHeaderName(name); err != nil {
			return nil, mashal.Usagef("--header X-Team=@env:TEAM_TOKEN", "--header: %s", err)
		}
		if slices.ContainsFunc(list, func(other headerSource) bool { return other.name == name }) {
			return nil, mashal.Usagef("leave out one of them", "--header gives %s twice", name)
		}
		list = append(list, headerSource{name, variable})
	}
	return list, nil
}

// additions returns the headers with their values.
func (m *models) additions() (list llm.Additions, err error) {
	for _, h := range m.headers {
		value := strings.TrimSpace(m.getenv(h.variable))
		if err := llm.CheckHeaderValue(value); err != nil {
			return nil, mashal.Usagef(headerForm, "--header %s: the variable %s has no value that can be sent: %s", h.name, h.variable, err)
		}
		list = append(list, llm.Addition{Name: h.name, Value: value})
	}
	return list, nil
}

// checkHeaders returns an error if the headers would be sent to two servers: they are
// secrets of one. A server is "" for the vendor's own.
func (m *models) checkHeaders(vendor, server string) error {
	if len(m.headers) == 0 || m.planning {
		return nil
	}
	if server == "" {
		server = "that of " + strings.TrimSuffix(vendor, "-responses")
	}
	if m.headersTo == "" {
		m.headersTo = server
	}
	if m.headersTo != server {
		return mashal.Usagef("annotate with one of the models, and ask the other in a run of its own",
			"--header adds headers to the requests of one server, and the models are on two: %s and %s", m.headersTo, server)
	}
	return nil
}

// headerNames lists the names of the headers, for the record of a run.
func (m *models) headerNames() string {
	var names []string
	for _, h := range m.headers {
		names = append(names, h.name)
	}
	return strings.Join(names, ", ")
}
