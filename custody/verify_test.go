package custody_test

import (
	"testing"

	"mashal/custody"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
)

// TestVerifyLosesServer loses the connection to the server of a ledger at each request of
// its verification. That is an error, and no fault of the ledger.
func TestVerifyLosesServer(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	l, err := ledger.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	annotate(t, l, "Obadiah")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	proxy := postgrestest.NewProxy(t, address)
	failed := 0
	for n := 1; ; n++ {
		l, err := ledger.OpenReadOnly(t.Context(), proxy.Address)
		if err != nil {
			t.Fatal(err)
		}
		proxy.CutAt(n, false)
		r, err := verifier(t).OpenLedger(t.Context(), address, l)
		if err != nil {
			failed++
		} else if err := custody.Damaged(r); err != nil {
			t.Errorf("request %d: %v: %v", n, err, r.Problems)
		}
		cut := proxy.Done()
		if err := l.Close(); err != nil && !cut {
			t.Error(err)
		}
		if !cut {
			break
		}
	}
	if failed == 0 {
		t.Error("no verification failed")
	}
}
