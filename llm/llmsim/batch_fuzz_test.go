package llmsim_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"mashal/llm/llmsim"
)

// FuzzBatches sends arbitrary data as a batch or as its input file. Every
// response must be a valid object, and every accepted batch must end.
func FuzzBatches(f *testing.F) {
	f.Add([]byte(`{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"m","input":"x"}}`), uint8(0))
	f.Add([]byte(`{"requests":[{"custom_id":"a","params":{"model":"m","max_tokens":9,"messages":[{"content":"x"}]}},{"custom_id":"b"}]}`), uint8(1))
	f.Add([]byte(`{"batch":{"inputConfig":{"requests":{"requests":[{"request":{"contents":[{"parts":[{"text":"x"}]}]},"metadata":{"key":"a"}},{}]}}}}`), uint8(2))
	f.Add([]byte(`{"input_file_id":"file-000000000001","endpoint":"/v1/responses","completion_window":"24h","metadata":[1]}`), uint8(3))
	f.Fuzz(func(t *testing.T, body []byte, which uint8) {
		s, err := llmsim.New(llmsim.Config{Answer: echo, Clock: newJumper(60)})
		check(t, err)
		call := func(method, path, kind string, body []byte) []byte {
			t.Helper()
			r := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(body))
			r.Header.Set("Anthropic-Version", "2023-06-01")
			r.Header.Set("Content-Type", kind)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if !json.Valid(w.Body.Bytes()) || w.Code >= http.StatusInternalServerError {
				t.Errorf("%s %s: %d %q", method, path, w.Code, w.Body)
			}
			return w.Body.Bytes()
		}
		const object = "application/json"
		switch which % 4 {
		case 0:
			var form bytes.Buffer
			w := multipart.NewWriter(&form)
			check(t, w.WriteField("purpose", "batch"))
			file, err := w.CreateFormFile("file", "q.jsonl")
			check(t, err)
			if _, err := file.Write(body); err != nil {
				t.Fatal(err)
			}
			check(t, w.Close())
			var uploaded struct{ ID string }
			check(t, json.Unmarshal(call("POST", "/v1/files", w.FormDataContentType(), form.Bytes()), &uploaded))
			call("POST", "/v1/batches", object, []byte(`{"input_file_id":"`+uploaded.ID+`","endpoint":"/v1/responses","completion_window":"24h"}`))
			call("GET", "/v1/batches", object, nil)
		case 1:
			call("POST", "/v1/messages/batches", object, body)
			call("GET", "/v1/messages/batches", object, nil)
		case 2:
			call("POST", "/v1beta/models/m:batchGenerateContent", object, body)
			call("GET", "/v1beta/batches", object, nil)
		default:
			call("POST", "/v1/batches", object, body)
		}
	})
}
