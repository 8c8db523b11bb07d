package llmsim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Habits of servers and models other than the vendors'. The answer is true, but it
// comes in another way than the vendor's protocol or the request says.
const (
	ThinkTags     Fault = "think-tags"     // a draft in <think> tags before the answer
	ThinkUnopened Fault = "think-unopened" // the same without the opening tag
	ThinkAfter    Fault = "think-after"    // a draft in <think> tags after the answer
	DraftUnmarked Fault = "draft-unmarked" // a draft before the answer, with words between them and no mark
	Harmony       Fault = "harmony"        // a draft in the channel analysis of the Harmony format
	HarmonyBare   Fault = "harmony-bare"   // the same without the special tokens
	VerseText     Fault = "verse-text"     // the numbers of verses are texts
	VerseKeys     Fault = "verse-keys"     // an object by the number of the verse instead of a list
	VerseLast     Fault = "verse-last"     // the number of a verse is the last key of its object
	TypeNames     Fault = "type-names"     // types have their names instead of their codes
	Unstreamed    Fault = "unstreamed"     // the request to stream is ignored
	Lines         Fault = "json-lines"     // a JSON object on each line instead of server-sent events
	DataComments  Fault = "data-comments"  // signs of life as comments, as data, and between lines
	BareLines     Fault = "bare-lines"     // lines end with CR, data has no space, the last event no empty line
	NoUsage       Fault = "no-usage"       // no count of tokens
	OtherModel    Fault = "other-model"    // another model answers than before
)

// Habits of servers that cannot work. The answer cannot be used.
const (
	OnlyReasoning Fault = "only-reasoning" // the whole answer is marked as reasoning, in the protocol's way
	PromptCut     Fault = "prompt-cut"     // the server reports 1,024 tokens for any prompt
	LoginPage     Fault = "login-page"     // an HTML page with status 200
)

var habitFaults = []Fault{
	ThinkTags, ThinkUnopened, ThinkAfter, Harmony, HarmonyBare, VerseText, VerseKeys, VerseLast, TypeNames, Unstreamed, Lines, DataComments, BareLines, NoUsage,
	OnlyReasoning, PromptCut, LoginPage, OtherModel, DraftUnmarked,
	AsChat, AsResponses, AsMessages, AsGemini, AsOllama, AsCompletion, AsText, Wrapped, List, ToolCall, FunctionCall, Quoted, QuotedField, MessageDeltas, MessageSoFar, ContentParts,
	NoFinish, UnknownForm, Elsewhere,
}

// habit changes an answer and how it is sent. It reports false if the fault cannot
// be applied to it.
func (x *exchange) habit(f Fault, a *answer) bool {
	switch f {
	case ThinkTags:
		a.text = "<think>\nA first attempt:\n" + draftOf(a.text) + "\nNo, better so.\n</think>\n\n" + a.text
	case ThinkUnopened:
		a.text = "A first attempt:\n" + draftOf(a.text) + "\nNo, better so.\n</think>\n\n" + a.text
	case ThinkAfter:
		a.text += "\n<think>\nWas this better?\n" + draftOf(a.text) + "\nNo.\n</think>"
	case DraftUnmarked:
		a.text = draftOf(a.text) + "\nWait, better so:\n" + a.text
	case Harmony:
		a.text = "<|channel|>analysis<|message|>We need JSON. " + draftOf(a.text) +
			"<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>" + a.text + "<|return|>"
	case HarmonyBare:
		a.text = "analysisWe need JSON. " + draftOf(a.text) + "assistantfinal" + a.text
	case VerseText:
		a.text = verseHead.ReplaceAllString(a.text, `{"verse":"$1"`)
	case TypeNames:
		named := withTypeNames(a.text)
		if named == a.text {
			return false
		}
		a.text = named
	case VerseKeys, VerseLast:
		return relaid(f, a)
	case Unstreamed:
		x.req.Stream = false
	case NoUsage:
		if x.Protocol != Chat {
			return false // the count is a part of the event that ends the answer
		}
		x.req.usageAsked = false
	case OnlyReasoning:
		a.thought = true
	case OtherModel:
		a.model += "-other"
	case PromptCut, Lines, DataComments, BareLines, LoginPage: // done when it is sent
	case Quoted, QuotedField:
		a.text = inText(f, a.text)
	default:
		return x.strange(f, a) // likewise
	}
	return true
}

var (
	verseHead = regexp.MustCompile(`\{\s*"verse":\s*(\d+)`)
	prose     = regexp.MustCompile(`"(deliberation|explanation|why|notes|how)":\s*"`)
)

// draftOf returns an answer with other words than the given one. It is the same if
// the answer has none.
func draftOf(text string) string { return prose.ReplaceAllString(text, `${0}Draft: `) }

// typeNames has the names of types by their codes in answers.
var typeNames = map[string]string{
	"met": "metaphor", "sim": "simile", "per": "personification", "idi": "idiom", "hyp": "hyperbole", "mty": "metonymy", "oth": "other",
}

// typeCodes matches the types with which a compact figure or verdict begins.
var typeCodes = regexp.MustCompile(`"(?:met|sim|per|idi|hyp|mty|oth|none)(?:,[a-z]+)*(?: (?:none|[0-9,-]+) [0-9.]+"|: )`)

// withTypeNames writes types by their names, with a space after commas, and the
// confidence with a percent sign, as models do that do not care for codes.
func withTypeNames(text string) string {
	return typeCodes.ReplaceAllStringFunc(text, func(s string) string {
		end := strings.IndexAny(s, " :")
		list := strings.Split(s[1:end], ",")
		for i, code := range list {
			list[i] = cmp.Or(typeNames[code], code)
		}
		rest := s[end:]
		if strings.HasSuffix(rest, `"`) {
			rest = strings.TrimSuffix(rest, `"`) + `%"`
		}
		return `"` + strings.Join(list, ", ") + rest
	})
}

// relaid writes the verses of an answer in another layout.
func relaid(f Fault, a *answer) bool {
	var in struct{ Verses []json.RawMessage }
	if json.Unmarshal([]byte(a.text), &in) != nil || len(in.Verses) == 0 {
		return false
	}
	var items []string
	for _, v := range in.Verses {
		m := verseHead.FindSubmatchIndex(v)
		if m == nil {
			return false
		}
		number, rest := string(v[m[2]:m[3]]), strings.TrimLeft(string(v[m[1]:]), ", \n")
		if f == VerseKeys {
			items = append(items, fmt.Sprintf("%q:{%s", number, rest))
			continue
		}
		body := strings.TrimSuffix(rest, "}")
		if strings.TrimSpace(body) != "" {
			body += ","
		}
		items = append(items, "{"+body+`"verse":`+number+"}")
	}
	if all := strings.Join(items, ","); f == VerseKeys {
		a.text = `{"verses":{` + all + `}}`
	} else {
		a.text = `{"verses":[` + all + `]}`
	}
	return true
}

// reframed writes the frames of a stream in another framing.
func reframed(f Fault, frames []frame) []frame {
	frames = slices.Clone(frames)
	for i := range frames {
		data := frames[i].data
		switch f {
		case Lines:
			data = bytes.TrimSpace(data[bytes.Index(data, []byte("data: "))+len("data: "):])
			if data = append(bytes.Clone(data), '\n'); bytes.HasPrefix(data, []byte("[DONE]")) {
				data = nil
			}
		case DataComments:
			if i%3 == 0 {
				data = append([]byte(": OPENROUTER PROCESSING\n\n:\n\ndata: : keepalive\n\nid: 7\nretry: 3000\n"), data...)
			}
		case BareLines:
			data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("data: "), []byte("data:"))
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r"))
			if i == 0 {
				data = append([]byte("\xef\xbb\xbf"), data...)
			}
			if i == len(frames)-1 {
				data = bytes.TrimRight(data, "\r")
			}
		}
		frames[i].data = data
	}
	return frames
}

// loginPage is what a hotel's network answers instead of the server.
const loginPage = "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Log in to the network (simulated)</body></html>\n"
