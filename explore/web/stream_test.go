package web

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// TestShares fills the streams with those of one client after the other, and checks that
// a client can take no more than its part, also if the others never read.
func TestShares(t *testing.T) {
	now := time.Unix(0, 0)
	s := &shares{now: func() time.Time { return now }}
	stopped := map[string]int{}
	admit := func(client string) (*share, error) {
		return s.admit(client, func() { stopped[client]++ })
	}
	for i := range clientStreams {
		if _, err := admit("a"); err != nil {
			t.Fatalf("stream %d of one client: %v", i, err)
		}
	}
	if _, err := admit("a"); err == nil {
		t.Error("a client has more than its part")
	}
	for i := 0; len(s.list) < maxStreams; i++ {
		for range clientStreams {
			if _, err := admit(fmt.Sprint("greedy", i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	now = now.Add(time.Minute)
	if err := s.list[0].progress(1 << 20); err != nil {
		t.Fatal(err)
	}
	honest, err := admit("honest")
	if err != nil || len(stopped) != 1 {
		t.Fatalf("all streams are taken, and an honest client gets none: %v, %v", err, stopped)
	}
	if s.list[0].stopped {
		t.Error("a stream that makes progress was ended, and not one that makes none")
	}
	for range 20 * maxStreams { // the others ask again and again
		for i := range 40 {
			_, _ = admit(fmt.Sprint("greedy", i))
		}
	}
	if honest.stopped {
		t.Error("the only stream of an honest client was ended for a client with more")
	}

	// 32 kB/s is enough, however long it takes.
	for range 3600 {
		now = now.Add(time.Second)
		if err := honest.progress(32 << 10); err != nil {
			t.Fatal(err)
		}
	}
	crawling := &share{all: s, started: now}
	for range 60 {
		now = now.Add(10 * time.Second)
		err = crawling.progress(10 << 10)
	}
	if !errors.Is(err, errTooSlow) {
		t.Errorf("1 kB/s for ten minutes: %v", err)
	}
	s.end(honest)
	for _, one := range s.list {
		if one == honest {
			t.Error("an ended stream counts")
		}
	}
}

// TestClient checks which requests are of one client.
func TestClient(t *testing.T) {
	own := &Server{}
	proxied := &Server{base: &url.URL{Scheme: "https", Host: "mashal.example"}}
	for _, test := range []struct {
		server            *Server
		remote, via, want string
	}{
		{own, "192.0.2.1:1234", "", "192.0.2.1"},
		{own, "[::ffff:192.0.2.1]:1234", "", "192.0.2.1"},
		{own, "[2001:db8:1:2:3:4:5:6]:1", "", "2001:db8:1:2::/64"},
		{own, "127.0.0.1:1", "192.0.2.7", "127.0.0.1"},
		{proxied, "127.0.0.1:1", "198.51.100.1, 192.0.2.7", "192.0.2.7"},
		{proxied, "127.0.0.1:1", "nonsense", "127.0.0.1"},
		{proxied, "192.0.2.1:1", "192.0.2.7", "192.0.2.1"},
		{own, "pipe", "", "pipe"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.remote
		if test.via != "" {
			r.Header.Set("X-Forwarded-For", test.via)
		}
		if got := test.server.client(r); got != test.want {
			t.Errorf("%s via %q is %s, want %s", test.remote, test.via, got, test.want)
		}
	}
}
