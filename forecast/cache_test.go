package forecast

import (
	"testing"
	"time"

	"mashal"
)

// TestCacheDelay estimates from when on calls found instructions in the cache.
func TestCacheDelay(t *testing.T) {
	const life, firstText = 5 * time.Minute, 20 * time.Second
	began := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	type call struct {
		after float64 // seconds
		hit   bool
	}
	for _, test := range []struct {
		name  string
		calls []call
		want  time.Duration
	}{
		{"too few", []call{{0, false}, {1, true}, {2, true}}, firstText},
		{"at once", []call{{0, false}, {.1, true}, {.2, true}, {.3, true}, {.4, true}, {.5, true}}, 100 * time.Millisecond},
		{"from some time on", []call{{0, false}, {1, false}, {2, false}, {3, true}, {4, true}, {5, true}}, 3 * time.Second},
		{"one call misses it", []call{{0, false}, {1, false}, {2, false}, {3, true}, {4, true}, {5, false}, {6, true}}, 3 * time.Second},
		{"no call between", []call{{0, false}, {1, false}, {2, false}, {3, false}, {100, true}, {101, true}}, firstText},
		{"never", []call{{0, false}, {1, false}, {2, false}, {30, false}, {40, false}, {50, false}}, firstText},
		{"two runs", []call{{0, false}, {1, false}, {2, false}, {3, true}, {1000, false}, {1001, false}, {1003, true}, {1004, true}}, 3 * time.Second},
	} {
		var calls []mashal.Call
		for i := range test.calls {
			c := test.calls[len(test.calls)-1-i] // the latest first, as the ledger has them
			made := mashal.Call{Started: began.Add(time.Duration(c.after * float64(time.Second)))}
			if c.hit {
				made.Tokens.CachedInput = 1920
			}
			calls = append(calls, made)
		}
		if got := cacheDelay(calls, life, firstText); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
