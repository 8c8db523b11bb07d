package sdktest_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"mashal/llm/llmtest"
)

// TestMutations compares what is read of good answers in whose events a few
// values are replaced by others, of other types too. Fuzzing bytes rarely
// leaves JSON that is valid; this always does.
func TestMutations(t *testing.T) {
	const streams = 300
	for name, p := range protocols {
		t.Run(string(name), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, uint64(len(name))))
			skipped := 0
			for range streams {
				var ends []llmtest.Ending
				for end := range p.wire.Endings {
					ends = append(ends, end)
				}
				slices.Sort(ends)
				parts, _ := p.wire.Events(llmtest.Script{Pieces: llmtest.Text, End: ends[rng.IntN(len(ends))], Usage: llmtest.Counted})
				for i, part := range parts {
					if rng.IntN(5) == 0 {
						parts[i] = changed(part, func(v any) any { return mutate(v, rng) })
					}
				}
				body := p.normal(bytes.Join(parts, nil))
				if !p.isPlain(body) {
					skipped++
					continue
				}
				p.compare(t, http.StatusOK, body)
			}
			if skipped > streams/2 {
				t.Errorf("exceptions apply to %d of %d streams", skipped, streams)
			}
		})
	}
}

// changed returns an event with its data changed, if that is JSON.
func changed(event []byte, change func(any) any) []byte {
	before, data, ok := bytes.Cut(event, []byte("data: "))
	var v any
	if !ok || json.Unmarshal(data, &v) != nil {
		return event
	}
	written, err := json.Marshal(change(v))
	if err != nil {
		panic(err)
	}
	end := data[len(bytes.TrimRight(data, "\r\n")):]
	return slices.Concat(before, []byte("data: "), written, end)
}

// mutate replaces a part of a value.
func mutate(v any, rng *rand.Rand) any {
	switch whole := v.(type) {
	case map[string]any:
		if len(whole) > 0 && rng.IntN(8) > 0 {
			keys := slices.Sorted(maps.Keys(whole))
			key := keys[rng.IntN(len(keys))]
			if rng.IntN(10) == 0 {
				delete(whole, key)
			} else {
				whole[key] = mutate(whole[key], rng)
			}
			return whole
		}
	case []any:
		if len(whole) > 0 && rng.IntN(8) > 0 {
			i := rng.IntN(len(whole))
			whole[i] = mutate(whole[i], rng)
			return whole
		}
	}
	values := []any{
		nil, true, false, 0, 7, -1, 1.5, 12e3, 99999999999, "", "text", "7", "null", "stop", "STOP", "\u05de\u05e9\u05dc", []any{}, []any{"x"}, map[string]any{}, map[string]any{"text": "x"}, []any{v, v},
	}
	return values[rng.IntN(len(values))]
}
