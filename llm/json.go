package llm

import (
	"bytes"
	"encoding/json"
	"regexp"

	"github.com/tidwall/gjson"
)

// shallow is the length in bytes up to which a JSON text cannot be nested more
// deeply than encoding/json allows. gjson's own check is faster, but it
// recurses without a bound.
const shallow = 10_000

// ParseJSON parses the data of an event. Vendors' clients read a few fields of
// many small events, which gjson does in a tenth of the time that the types of
// the vendors' SDKs take. It converts scalars as those types do: a number where
// a text is expected is its digits.
func ParseJSON(data []byte) (gjson.Result, error) {
	if len(data) > shallow || !gjson.ValidBytes(data) {
		// The standard library reports what is wrong and where.
		var text json.RawMessage
		if err := json.Unmarshal(data, &text); err != nil {
			return gjson.Result{}, err
		}
	}
	return gjson.ParseBytes(data), nil
}

var ping = regexp.MustCompile(`(?i)^(:|"?(ping|pong|keep-?alive|heartbeat|processing|openrouter processing|waiting)\b)`)

// IsPing reports whether the data of an event only shows that the server lives:
// nothing, or a comment that a proxy sent as data.
func IsPing(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) == 0 || data[0] != '{' && ping.Match(data)
}

// IsDone reports whether the data of an event is the mark that ends a stream.
func IsDone(data []byte) bool {
	data = bytes.Trim(data, " \t\r\n\"")
	return len(data) >= len("[DONE]") && bytes.EqualFold(data[:len("[DONE]")], []byte("[DONE]"))
}
