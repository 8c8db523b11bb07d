package llm

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
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

// unreachable returns the cause of a request that was not answered. If no
// connection to the server could be made, it returns what to do, and a short cause.
func unreachable(err error) (hint string, cause error) {
	host := "the server"
	if request, ok := errors.AsType[*url.Error](err); ok {
		if u, err := url.Parse(request.URL); err == nil && u.Host != "" {
			host = u.Host
		}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "Check the address of the server.", fmt.Errorf("unknown host %q", dns.Name)
		}
		return "Check the network and the address of the server.", fmt.Errorf("the host %q cannot be looked up: %s", dns.Name, dns.Err)
	}
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "Check the address. The certificate of a private authority can be given in the variable SSL_CERT_FILE.",
			fmt.Errorf("the TLS certificate of %s is not valid: %w", host, certificate.Err)
	}
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	if noTLS || errors.Is(err, http.ErrSchemeMismatch) {
		return "The address of a server without TLS begins with http://.", fmt.Errorf("%s does not speak TLS", host)
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return "Check the address of the server.", fmt.Errorf("%s refuses the TLS connection: %w", host, alert)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "Is the server running? Check its address.", fmt.Errorf("nothing answers at %s: connection refused", host)
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return "Check the network and the address of the server.", fmt.Errorf("nothing answers at %s: %w", host, dial.Err)
	}
	return "", err
}
