package llm

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

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
