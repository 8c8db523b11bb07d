package llmsim

import (
	"fmt"
	"net/http"
	"strings"
)

// listModels answers a request for the list of models in the vendor's format.
// The simulator accepts any model, so the list has examples, under the names that
// their answers report.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request) {
	form, names := `{"object":"list","data":[%s]}`, []string{"gpt-5.1", "gpt-5.1-mini"}
	item := func(name string) string {
		return fmt.Sprintf(`{"id":%q,"object":"model","created":1764000000,"owned_by":"simulated"}`, name)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1beta/"):
		form, names = `{"models": [%s]}`, []string{"gemini-3.1-pro-preview", "gemini-2.5-flash"}
		item = func(name string) string {
			return fmt.Sprintf(`{"name": "models/%s","displayName": %q,"inputTokenLimit": 1048576,"outputTokenLimit": 65536,"supportedGenerationMethods": ["generateContent"]}`, name, name)
		}
	case r.Header.Get("Anthropic-Version") != "":
		form, names = `{"data":[%s],"has_more":false,"first_id":null,"last_id":null}`, []string{"claude-opus-4-5", "claude-haiku-4-5"}
		item = func(name string) string {
			return fmt.Sprintf(`{"type":"model","id":%q,"display_name":%q,"created_at":"2025-11-24T00:00:00Z"}`, name, name)
		}
	}
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = item(s.config.Reports(name))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, form, strings.Join(items, ","))
}
