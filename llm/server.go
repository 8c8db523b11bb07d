package llm

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// ownHosts has the hosts of each vendor. A name that begins with a dot stands for
// all hosts below it.
var ownHosts = map[string][]string{
	"openai":           {"api.openai.com", ".api.openai.com"}, // below it are the regions, such as eu.api.openai.com
	"openai-responses": {"api.openai.com", ".api.openai.com"},
	"anthropic":        {"api.anthropic.com"},
	"gemini":           {"generativelanguage.googleapis.com"},
}

// ServerName returns the name of the server at base for the names of annotators:
// "127.0.0.1:8089". It is "" for a server of the vendor itself, and if base is "".
//
// Different ways to write one address have the same name: host names are in lower
// case, the names and addresses of this machine's loopback are 127.0.0.1, the port
// 443 is left out, and so is the version at the end of the path. The scheme is not
// part of the name, because it only determines the default port. The rest of the
// path is part of it, because gateways have several servers behind one host: to
// take one server for two costs money and can be mended with a name, to take two
// for one can not. A query is left out, because it may contain a key.
func ServerName(vendor, base string) (string, error) {
	if base == "" {
		return "", nil
	}
	u, err := ParseAddress(base)
	if err != nil {
		return "", err
	}
	host, port := hostName(u.Hostname()), u.Port()
	if port == "" && u.Scheme == "http" {
		port = "80"
	}
	if port == "443" {
		port = ""
	}
	if port == "" && isOwnHost(vendor, host) {
		return "", nil
	}
	return joinServer(host, port, u.EscapedPath()), nil
}

// isOwnHost reports whether a host in the form of hostName is one of the vendor's.
func isOwnHost(vendor, host string) bool {
	return slices.ContainsFunc(ownHosts[vendor], func(own string) bool {
		return host == own || own[0] == '.' && strings.HasSuffix(host, own)
	})
}

// hostName returns the one form of a host name or an IP address.
func hostName(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || host == "localhost.localdomain" {
		return "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip == netip.IPv6Loopback() || ip.IsUnspecified() { // a client that connects to 0.0.0.0 reaches this machine
		return "127.0.0.1"
	}
	return ip.String()
}

var versionAtEnd = regexp.MustCompile(`/v[0-9]+(alpha|beta)?$`)

func joinServer(host, port, dir string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" {
		host += ":" + port
	}
	dir = versionAtEnd.ReplaceAllString(path.Clean("/"+dir), "")
	return host + strings.TrimSuffix(dir, "/")
}

const maxServedAs = 64

var servedAs = regexp.MustCompile(`^[a-z0-9\[]([a-z0-9._:/\[\]-]*[a-z0-9\]])?$`)

// ParseServedAs returns the name that a user gives a server, so that its address
// may change. A name in the form of an address is normalised as by ServerName, so
// that it can be an address under which work was recorded. The hosts of vendors
// are refused: the answers of another server are never theirs.
func ParseServedAs(name string) (string, error) {
	lower := strings.ToLower(name)
	if strings.ContainsAny(name, "@?#") { // not quoted: it may be an address with a password or a key
		return "", fmt.Errorf("it is not the name of a server: letters, digits, dots, hyphens, and an address such as 127.0.0.1:8089, in at most %d characters", maxServedAs)
	}
	if len(name) > maxServedAs || !servedAs.MatchString(lower) || strings.Contains(lower, "//") {
		return "", fmt.Errorf("%q is not the name of a server: letters, digits, dots, hyphens, and an address such as 127.0.0.1:8089, in at most %d characters", name, maxServedAs)
	}
	u, err := url.Parse("https://" + lower)
	if err != nil || u.Hostname() == "" {
		return "", fmt.Errorf("%q is not the name of a server", name)
	}
	host, port := hostName(u.Hostname()), u.Port()
	if port == "443" {
		port = ""
	}
	for _, vendor := range Vendors() {
		if isOwnHost(vendor, host) || host == vendor {
			return "", errors.New("a server cannot be declared to be a vendor's own: its answers are another annotator's")
		}
	}
	return joinServer(host, port, u.EscapedPath()), nil
}

// simulatedWord is the word with which a server says that no model answers.
var simulatedWord = regexp.MustCompile(`(?i)(^|[^a-z])(simulated|mashal[ _-]simulate)([^a-z]|$)`)

// Simulated reports whether the name of the model that answered says that it is
// simulated, as mashal simulate does. Only what the server adds to the name that
// was asked for counts: a model may be called so itself.
func Simulated(answered, asked string) bool {
	if i := strings.LastIndex(answered, asked); asked != "" && i >= 0 {
		answered = answered[:i] + answered[i+len(asked):]
	}
	return simulatedWord.MatchString(answered)
}

// AnnotatorName returns the name of the annotator that a user names: for a model
// with an address, the name that contains the server, and any other name unchanged.
func AnnotatorName(name string) string {
	m, err := ParseModel(name)
	if err != nil || m.BaseURL == "" {
		return name
	}
	server, err := ServerName(m.Vendor, m.BaseURL)
	if err != nil || server == "" {
		return m.Short()
	}
	return m.Short() + "@" + server
}

// SplitName returns the vendor's name for the model of an annotator, vendor:model or
// vendor:model@server, and the name of its server.
func SplitName(annotator string) (model, server string) {
	_, model, _ = strings.Cut(annotator, ":")
	if i := strings.LastIndexByte(model, '@'); i > 0 {
		model, server = model[:i], model[i+1:]
	}
	return model, server
}

// WithAddress returns the name of an annotator with a server as ParseModel parses
// it. The scheme and the version in the path of the server are not known.
func WithAddress(annotator string) string {
	i := strings.LastIndexByte(annotator, '@')
	if i < 0 || strings.HasPrefix(annotator[i+1:], "http") && strings.Contains(annotator[i+1:], "://") {
		return annotator
	}
	return annotator[:i] + "@https://" + annotator[i+1:]
}
