package llm

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// ParseAddress parses the address of a server. It refuses a user name or
// password, because an address is recorded with the run. The error does not
// quote the address.
func ParseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("not the address of a server, such as http://127.0.0.1:8080/v1")
	case u.User != nil:
		return nil, errors.New("the address contains a user name or password; keys are read from the environment")
	}
	return u, nil
}

// ParseRecordedAddress parses the address of a server that is recorded as it is
// written, in the command of a run. It refuses all that ParseAddress refuses, and a
// query or a fragment, in which gateways take keys.
func ParseRecordedAddress(address string) (*url.URL, error) {
	u, err := ParseAddress(address)
	if err == nil && (u.RawQuery != "" || u.Fragment != "") {
		err = errors.New("the address has a query or a fragment, which would be recorded with the run")
	}
	return u, err
}

var (
	webUserInfo = regexp.MustCompile(`(?i)(https?://)[^\s/?#"'<>]*@`)
	userInfo    = regexp.MustCompile(`(://)[^\s/?#"'<>]*@`)
	afterPath   = regexp.MustCompile(`(?i)(https?://[^\s?#"'<>]*)[?#][^\s"'<>]*`)
	secretParam = regexp.MustCompile(`(?i)([?&][^=&\s"'<>]*(?:key|token|secret|passw|pwd|sig|auth|credential)[^=&\s"'<>]*=)[^&\s"'<>#]+`)
)

// RedactAddresses returns a text without the user names, passwords, queries and
// fragments of the web addresses in it. Commands of runs that earlier versions have
// recorded can have them.
func RedactAddresses(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	return webUserInfo.ReplaceAllString(afterPath.ReplaceAllString(s, "$1?[key]"), "$1[key]@")
}

// redactParameters removes the user names and passwords of the addresses in a text,
// and the parameters of their queries whose names are those of secrets.
func redactParameters(s string) string {
	if strings.Contains(s, "://") {
		s = userInfo.ReplaceAllString(s, "$1[key]@")
	}
	if strings.ContainsAny(s, "?&") {
		s = secretParam.ReplaceAllString(s, "$1[key]")
	}
	return s
}
