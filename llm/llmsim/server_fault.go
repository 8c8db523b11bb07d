package llmsim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults of the server. They last: all requests of a period fail, whatever they
// ask, so they are no part of the groups of faults of single answers.
const (
	Outage    Fault = "outage"     // 500, 502, 503, 504 or a reset connection, in turn
	Refuse    Fault = "refuse"     // the connection is refused
	TLS       Fault = "tls"        // TLS with a certificate of an unknown authority
	WrongPath Fault = "wrong-path" // 404 in plain text
	NoKey     Fault = "no-key"     // 401
	NoCredit  Fault = "no-credit"  // 402
	NoModel   Fault = "no-model"   // 404 in the form of the protocol
	NoText    Fault = "no-text"    // complete, but without text
	Garbage   Fault = "garbage"    // a stream of text that is no answer
)

var serverFaults = []Fault{Outage, Refuse, TLS, WrongPath, NoKey, NoCredit, NoModel, NoText, Garbage}

// ServerFaultNames returns the faults of the server.
func ServerFaultNames() []Fault { return slices.Clone(serverFaults) }

// A period is a part of the server's simulated time. The zero value is all of it.
type period struct {
	after        bool          // it begins after the first answer that was sent to its end
	from, length time.Duration // since then; length is 0 for all time after from
}

// parsePeriod parses "10s+60s" (from 10 s on, for 60 s), or "10s" (from 10 s on).
func parsePeriod(s string) (p period, err error) {
	p.after = true
	from, length, long := strings.Cut(s, "+")
	if p.from, err = time.ParseDuration(from); err == nil && long {
		p.length, err = time.ParseDuration(length)
		if err == nil && p.length <= 0 {
			err = errors.New("not positive")
		}
	}
	if err != nil || p.from < 0 {
		return p, fmt.Errorf("%q is not a period such as 10s+60s, which begins 10 s after the first answer and lasts 60 s", s)
	}
	return p, nil
}

// has reports whether a time is in the period. first is that of the first answer;
// zero if there was none.
func (p period) has(now, first time.Time) bool {
	if !p.after {
		return true
	}
	t := now.Sub(first)
	return !first.IsZero() && t >= p.from && (p.length == 0 || t < p.from+p.length)
}

// noteAnswer notes the time of the first answer that was sent to its end.
func (s *Server) noteAnswer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first.IsZero() {
		s.first = s.config.Clock.Now()
		close(s.answered)
	}
}

// serverFault returns the fault of the server that a request meets, "" for none.
func (s *Server) serverFault(req *Request) Fault {
	s.mu.Lock()
	now, first := s.config.Clock.Now(), s.first
	s.mu.Unlock()
	rng := s.random(req, "server fault")
	for _, c := range s.serverFaults {
		if c.faults[0] != TLS && rng.Float64() < c.p && c.during.has(now, first) {
			return c.faults[0]
		}
	}
	return ""
}

// fail answers a request with a fault of the server. It reports false if the
// request is to be answered all the same.
func (x *exchange) fail(fault Fault) bool {
	if fault == "" {
		return false
	}
	x.Fault = fault
	plain := func(status int, contentType, body string) {
		x.Status, x.End, x.Error = status, Refused, http.StatusText(status)
		x.w.Header().Set("Content-Type", contentType)
		x.w.WriteHeader(status)
		_, _ = x.w.Write([]byte(body))
	}
	refuse := func(status int, message string) { x.refuse(failure{status: status, message: message}, nil) }
	switch fault {
	case Refuse: // of a connection that was made before
		x.End, x.abort = Broken, true
	case Outage:
		switch n := x.Number % 5; n {
		case 0:
			x.End, x.abort = Broken, true
		case 1:
			plain(502, "text/html", "<html><head><title>502 Bad Gateway</title></head></html>")
		case 2:
			plain(504, "text/plain", "upstream request timeout")
		case 3:
			refuse(500, "The server had an error while processing your request (simulated)")
		default:
			refuse(503, "The service is currently unavailable (simulated)")
		}
	case WrongPath:
		plain(404, "text/plain; charset=utf-8", "404 page not found\n")
	case NoKey:
		refuse(401, "Incorrect API key provided (simulated)")
	case NoCredit:
		refuse(402, "Insufficient credits (simulated)")
	case NoModel:
		x.refuse(failure{status: 404, of: "model", message: fmt.Sprintf("The model %q does not exist (simulated)", x.req.Model)}, nil)
	default: // of the answer: compose applies it
		return false
	}
	return true
}
