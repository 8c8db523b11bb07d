package llm

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mashal/nearest"
)

// A Model names a model and its server. It is written like this:
//
//	openai:gpt-5.1
//	anthropic:claude-opus-4-5
//	openai:llama3.1:8b@http://127.0.0.1:11434/v1
type Model struct {
	Vendor  string // the protocol, one of Vendors
	Name    string // as the vendor names the model; may contain colons and slashes
	BaseURL string // of the server; "" for the vendor's own
}

// Vendors returns the protocols that a model can be named with.
func Vendors() []string { return []string{"openai", "openai-responses", "anthropic", "gemini"} }

// addressAt matches the beginning of the address in the name of a model.
var addressAt = regexp.MustCompile(`(?i)@https?://`)

// mistaken maps wrong names of vendors to the right ones, and names of servers to
// models there.
var mistaken = map[string]string{
	"gpt": "openai", "chatgpt": "openai", "open-ai": "openai", "responses": "openai-responses", "claude": "anthropic", "google": "gemini", "vertex": "gemini",
	"ollama":     "openai:%s@http://127.0.0.1:11434/v1",
	"llamacpp":   "openai:%s@http://127.0.0.1:8080/v1",
	"llama.cpp":  "openai:%s@http://127.0.0.1:8080/v1",
	"vllm":       "openai:%s@http://127.0.0.1:8000/v1",
	"lmstudio":   "openai:%s@http://127.0.0.1:1234/v1",
	"openrouter": "openai:%s@https://openrouter.ai/api/v1",
}

// families maps prefixes of models' names to their vendors.
var families = []struct{ prefix, vendor string }{
	{"gpt-", "openai"},
	{"chatgpt-", "openai"},
	{"o1", "openai"},
	{"o3", "openai"},
	{"o4", "openai"},
	{"claude-", "anthropic"},
	{"gemini-", "gemini"},
	{"gemma-", "gemini"},
}

// A ModelError reports what is wrong with the name of a model.
type ModelError struct {
	Name string // as written
	Why  string
	Try  string // a valid name that may be meant; "" if there is none
}

func (e *ModelError) Error() string { return fmt.Sprintf("model %q: %s", e.Name, e.Why) }

// Hint returns a sentence that says what to do.
func (e *ModelError) Hint() string {
	if e.Try != "" {
		return fmt.Sprintf("Did you mean %s?", e.Try)
	}
	return "Write vendor:model, for example openai:gpt-5.1, or openai:model@http://host/v1 for any server that speaks OpenAI's protocol."
}

// ParseModel parses vendor:model or vendor:model@baseURL. Its errors are of type
// *ModelError.
func ParseModel(s string) (Model, error) {
	fail := func(try, format string, args ...any) (Model, error) {
		return Model{}, &ModelError{Name: s, Why: fmt.Sprintf(format, args...), Try: try}
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r > 0x7e }); i >= 0 {
		return fail("", "the name of a model is printable ASCII without blanks")
	}
	rest, base := s, ""
	if at := addressAt.FindStringIndex(s); at != nil {
		rest, base = s[:at[0]], s[at[0]+1:]
	}
	if base != "" {
		if _, err := ParseRecordedAddress(base); err != nil {
			s = rest + "@..." // no error may quote an address that has a password or a key
			return fail("", "%s", err)
		}
		base = strings.TrimRight(base, "/")
	}
	if i := strings.IndexByte(rest, '@'); i >= 0 && strings.ContainsAny(rest[i+1:], "@?#") {
		s = rest[:i] + "@..." // a user name and a password, or a key
		return fail("", "what follows the @ is not the address of a server, such as http://127.0.0.1:8080/v1")
	}
	vendor, name, ok := strings.Cut(rest, ":")
	if !ok {
		for _, f := range families {
			if strings.HasPrefix(rest, f.prefix) {
				return fail(f.vendor+":"+s, "the vendor is missing")
			}
		}
		if slices.Contains(Vendors(), rest) {
			return fail("", "the model is missing")
		}
		return fail("", "it is not vendor:model")
	}
	vendor = strings.ToLower(vendor)
	if !slices.Contains(Vendors(), vendor) {
		if m, ok := mistaken[vendor]; ok {
			switch {
			case strings.Contains(m, "%s") && base == "":
				return fail(fmt.Sprintf(m, name), "%q is a server, not a protocol", vendor)
			case strings.Contains(m, "%s"):
				return fail("openai:"+name+"@"+base, "%q is a server, not a protocol", vendor)
			}
			return fail(m+":"+s[len(vendor)+1:], "unknown vendor %q", vendor)
		}
		if near := nearest.Name(vendor, Vendors()); near != "" {
			return fail(near+":"+s[len(vendor)+1:], "unknown vendor %q", vendor)
		}
		return fail("", "unknown vendor %q (known: %s)", vendor, strings.Join(Vendors(), ", "))
	}
	if name == "" {
		return fail("", "the model is missing")
	}
	if strings.HasSuffix(name, "@") {
		return fail("", "nothing follows the @")
	}
	if host, ok := cutHost(name); ok {
		return fail(vendor+":"+host, "the server's address needs http:// or https://")
	}
	return Model{Vendor: vendor, Name: name, BaseURL: base}, nil
}

// cutHost recognises model@host:port and returns it with the scheme added.
func cutHost(name string) (string, bool) {
	i := strings.LastIndexByte(name, '@')
	if i <= 0 {
		return "", false
	}
	host := name[i+1:]
	if strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "127.") || strings.Contains(host, ":") || strings.Contains(host, "/") {
		return name[:i] + "@http://" + host, true
	}
	return "", false
}

// String returns the model as ParseModel parses it.
func (m Model) String() string {
	if m.BaseURL == "" {
		return m.Vendor + ":" + m.Name
	}
	return m.Vendor + ":" + m.Name + "@" + m.BaseURL
}

// Short returns the model without the address, which is the name of an annotator.
func (m Model) Short() string { return m.Vendor + ":" + m.Name }
