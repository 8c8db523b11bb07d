package ui

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"mashal/access"
)

// tokenCookie is the name of the cookie of clients that have given the token.
const tokenCookie = "mashal-fleet-token"

// A guard admits requests to River's interface.
type guard struct {
	token   *access.Token // nil if none is needed
	origins *http.CrossOriginProtection
	mux     *http.ServeMux
	queries chan struct{} // has an element for each request that queries the database
}

// newGuard guards River's interface. Without a token the server answers only to host names
// of this machine, so that a web page cannot reach it under a name of its own. A token
// protects it under any name, because browsers send its cookie to no other name.
func newGuard(river, retry http.Handler, token string) *guard {
	g := &guard{origins: http.NewCrossOriginProtection(), mux: http.NewServeMux(), queries: make(chan struct{}, maxQueries)}
	if token != "" {
		g.token = access.NewToken(token, tokenCookie, http.SameSiteStrictMode)
	}
	limited := g.limited(river)
	g.mux.Handle("GET "+Prefix+"/", river)
	g.mux.Handle("GET "+Prefix+"/api/", limited)
	g.mux.Handle("PUT "+Prefix+"/api/queues/{name}/pause", limited)
	g.mux.Handle("PUT "+Prefix+"/api/queues/{name}/resume", limited)
	g.mux.Handle("POST "+Prefix+"/api/jobs/cancel", limited)
	g.mux.Handle("POST "+Prefix+"/api/jobs/delete", limited)
	g.mux.Handle("POST "+Prefix+"/api/jobs/retry", g.limited(retry))
	g.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "Queues can be paused and resumed here, and jobs cancelled, retried and deleted. Nothing else can be changed.")
	})
	g.mux.HandleFunc("GET /", http.NotFound)
	g.mux.Handle("GET /{$}", http.RedirectHandler(Prefix+"/", http.StatusSeeOther))
	return g
}

// ServeHTTP answers a request.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// River's pages add style elements, whose text grows.
	access.SetHeaders(w.Header(), "'self' 'unsafe-inline'; style-src-attr 'none'")
	w = &uncached{w}
	w.Header().Set("Cache-Control", noStore)
	switch {
	case g.token == nil && !access.IsLoopback(r.Host):
		refuse(w, http.StatusMisdirectedRequest, "This server answers only requests to localhost.")
		return
	case access.IsForeign(r) || g.origins.Check(r) != nil:
		refuse(w, http.StatusForbidden, "Other sites can link to these pages, but cannot load or change anything.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if g.token != nil {
		switch g.token.Check(w, r, r.Header.Get("X-Forwarded-Proto") == "https") {
		case access.Admitted:
		case access.Answered:
			return
		case access.Missing:
			g.askToken(w, r, "These pages are only for those who have the token of --token.")
			return
		case access.Wrong:
			g.askToken(w, r, "This token is not the right one.")
			return
		}
	}
	if strings.HasPrefix(r.URL.Path, Prefix+"/assets/") {
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable") // names have hashes
	}
	g.mux.ServeHTTP(w, r)
}

// noStore is the header Cache-Control of answers that are not kept.
const noStore = "no-store"

// An uncached answer has a header Cache-Control also if the file server, with which
// River looks for a page, has removed it.
type uncached struct{ http.ResponseWriter }

// WriteHeader adds the header.
func (u *uncached) WriteHeader(status int) {
	if h := u.Header(); h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", noStore)
	}
	u.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the answer itself, for http.ResponseController.
func (u *uncached) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// limited lets few requests query the database at once, and none for long.
func (g *guard) limited(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), queryTime)
		defer cancel()
		select {
		case g.queries <- struct{}{}:
		case <-ctx.Done():
			refuse(w, http.StatusServiceUnavailable, "The server is busy with other requests.")
			return
		}
		defer func() { <-g.queries }()
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

// refuse answers with an error in the form that River's pages show.
func refuse(w http.ResponseWriter, status int, message string) {
	body, err := json.Marshal(map[string]string{"message": message})
	if err != nil {
		panic(err) // strings always encode
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone
}

// askToken answers with a form for the token, or with an error to programs.
func (g *guard) askToken(w http.ResponseWriter, r *http.Request, message string) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") || r.Method != http.MethodGet && r.Method != http.MethodPost {
		refuse(w, http.StatusUnauthorized, message+" Programs send it in the header Authorization: Bearer TOKEN.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Referrer-Policy", "same-origin") // no-referrer would make browsers send the form without its origin
	w.WriteHeader(http.StatusUnauthorized)
	// The messages are constants of this file. The form is sent to the address of the page.
	_, _ = w.Write([]byte(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Token needed</title><link rel="icon" href="data:,">
<style>body { font: 1rem sans-serif; margin: 3rem }</style>
<body><h1>Token needed</h1><p>` + message + `</p>
<form method="post"><label>Token <input type="password" name="` + access.TokenParam + `" required autocomplete="current-password"></label>
<button>Open</button></form></body></html>
`))
}
