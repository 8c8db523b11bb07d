package llm

import (
	"encoding/json"

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
