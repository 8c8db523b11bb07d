package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"runtime"
	"testing"
)

// TestQueriesLeaveSlots checks that requests with queries of words, however many, leave slots to
// other requests, and that each gives back what it took.
func TestQueriesLeaveSlots(t *testing.T) {
	l := newLimiter()
	over, end := context.WithCancel(t.Context())
	end()
	var queries []*admission
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		one, err := l.acquire(t.Context(), httptest.NewRecorder(), true)
		if err != nil {
			t.Fatal(err)
		}
		queries = append(queries, one)
	}
	if _, err := l.acquire(over, httptest.NewRecorder(), true); !errors.Is(err, context.Canceled) {
		t.Errorf("one query too many: %v", err)
	}
	for range atOnce() - len(queries) {
		if _, err := l.acquire(t.Context(), httptest.NewRecorder(), false); err != nil {
			t.Fatalf("a page has to wait: %v", err)
		}
	}
	queries[0].WriteHeader(200) // the answer begins: the next query can
	one, err := l.acquire(t.Context(), httptest.NewRecorder(), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.acquire(over, httptest.NewRecorder(), true); err == nil {
		t.Error("a query has no slot and takes the limit of queries")
	}
	one.release()
	queries[0].release()
	if got := len(l.queries); got != len(queries)-1 {
		t.Errorf("%d queries are counted, want %d", got, len(queries)-1)
	}
}
