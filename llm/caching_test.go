package llm_test

import (
	"testing"

	"mashal/llm"
)

// TestCachingOf checks that every protocol has a cache, and that the protocols of
// one vendor share it.
func TestCachingOf(t *testing.T) {
	for _, vendor := range llm.Vendors() {
		c := llm.CachingOf(vendor)
		if c.Least < 1024 || c.Shared == c.Writes {
			t.Errorf("%s: %+v", vendor, c)
		}
	}
	if llm.CachingOf("openai-responses") != llm.CachingOf("openai") {
		t.Error("OpenAI's protocols differ")
	}
}
