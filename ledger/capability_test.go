package ledger

import (
	"errors"
	"testing"
	"time"

	"mashal/llm"
)

// TestCapabilities keeps what was found out of a model by its server, in place of
// what was known before, and reads it again.
func TestCapabilities(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		first := llm.Abilities{Refused: llm.ParamSchema | llm.ParamLimit, Accepted: llm.ParamUsage, MaxOutput: 8192, Usage: llm.No, Streams: llm.Yes}
		second := llm.Abilities{Accepted: llm.ParamSchema, Usage: llm.Yes, Streams: llm.Yes}
		before := time.Now().Add(-time.Second)
		if err := errors.Join(
			l.RecordCapability(t.Context(), "http://127.0.0.1:8080/v1", "openai:a", second),
			l.RecordCapability(t.Context(), "http://127.0.0.1:8080/v1", "openai:a", first),
			l.RecordCapability(t.Context(), "", "openai:a", second),
			l.Close(),
		); err != nil {
			t.Fatal(err)
		}
		l, err = OpenReadOnly(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		list, err := l.Capabilities(t.Context())
		if err != nil || len(list) != 2 || list[0].Abilities != second || list[1].Abilities != first || list[1].Server == "" {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, c := range list {
			if c.Found.Before(before) || c.Found.After(time.Now().Add(time.Minute)) {
				t.Errorf("found at %s", c.Found)
			}
		}
		if own, other := list[0].Name(), list[1].Name(); own != "openai:a" || other != "openai:a@http://127.0.0.1:8080/v1" {
			t.Errorf("named %s and %s", own, other)
		}
	})
}

// TestCapabilitiesOfOlderLedgers reads a ledger without the table.
func TestCapabilitiesOfOlderLedgers(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		olderLedger(t, where, versionCapabilities-1, "UPDATE counter SET value = 0")
		l, err := OpenReadOnly(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		if list, err := l.Capabilities(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
