package commandtest

import (
	"testing"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// OpenLedger opens the ledger of a data folder, and closes it when the test ends.
func OpenLedger(t testing.TB, dir string) *ledger.Ledger {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

// EachRun calls read for each run of the ledger of a data folder.
func EachRun(t testing.TB, dir string, read func(book *ledger.Ledger, run string) error) {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	runs, err := book.Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range runs {
		if err := read(book, run.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// Spent returns what the runs of a data folder have cost.
func Spent(t testing.TB, dir string) (cost mashal.Money) {
	t.Helper()
	EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		spent, err := book.Spent(t.Context(), run)
		for _, s := range spent {
			cost += s.Spend.Cost
		}
		return err
	})
	return cost
}

// Prices returns a price file for the simulated model of Anthropic.
func Prices(t testing.TB) (path string) {
	t.Helper()
	return File(t, "prices.csv", "vendor,model,above,input,cached,cache_write,output,batch,as_of,source\nanthropic,m,0,3,0.3,3.75,15,0.5,2026-11-25,test\n")
}
