package llmsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Habits of servers that answer in a form of their own. The answer is true.
const (
	AsChat        Fault = "as-chat"        // in OpenAI's Chat Completions, whatever the protocol of the request
	AsResponses   Fault = "as-responses"   // in OpenAI's Responses
	AsMessages    Fault = "as-messages"    // in Anthropic's Messages
	AsGemini      Fault = "as-gemini"      // in Google's protocol
	AsOllama      Fault = "as-ollama"      // in Ollama's own protocol
	AsCompletion  Fault = "as-completion"  // in OpenAI's Completions, the text in choices[0].text
	AsText        Fault = "as-text"        // the text in one field of a document
	Wrapped       Fault = "wrapped"        // the answer in one piece, inside of another document
	List          Fault = "json-list"      // a JSON list of the events
	ToolCall      Fault = "tool-call"      // as the arguments of a tool
	FunctionCall  Fault = "function-call"  // the same in the earlier form (Chat Completions)
	Quoted        Fault = "quoted"         // the JSON of the answer as a text in JSON
	QuotedField   Fault = "quoted-field"   // the same in a field of an object
	MessageDeltas Fault = "message-deltas" // messages in place of deltas (Chat Completions)
	MessageSoFar  Fault = "message-so-far" // messages with the text so far (Chat Completions)
	ContentParts  Fault = "content-parts"  // a list of parts in place of a text (Chat Completions)
	NoFinish      Fault = "no-finish"      // no reason to stop
)

// Habits of servers whose answers cannot be used.
const (
	UnknownForm Fault = "unknown-form" // a JSON document of no protocol
	Elsewhere   Fault = "elsewhere"    // the text is in a field that the protocol does not have
)

// strangeFaults are applied when the answer is sent, except those of its text.
var strangeFaults = []Fault{
	AsChat, AsResponses, AsMessages, AsGemini, AsOllama, AsCompletion, AsText, Wrapped, List, ToolCall, FunctionCall, MessageDeltas, MessageSoFar, ContentParts, NoFinish, UnknownForm, Elsewhere,
}

// strange reports whether a fault can be applied to an answer.
func (x *exchange) strange(f Fault, a *answer) bool {
	switch f {
	case AsChat:
		return x.Protocol != Chat
	case AsResponses:
		return x.Protocol != Responses
	case AsMessages:
		return x.Protocol != Messages
	case AsGemini:
		return x.Protocol != Gemini
	case FunctionCall, MessageDeltas, MessageSoFar, ContentParts:
		return x.Protocol == Chat && x.req.Stream
	case ToolCall:
		return x.req.Stream && (x.Protocol != Gemini || json.Valid([]byte(a.text)))
	case Elsewhere, NoFinish, List:
		return x.req.Stream
	}
	return true
}

// strangely returns the frames of an answer with a strange fault, and sets the type of
// the content.
func (x *exchange) strangely(a *answer) []frame {
	foreign := map[Fault]protocol{AsChat: chat{}, AsResponses: responses{}, AsMessages: messages{}, AsGemini: google{}}
	contentType, p := "application/json", foreign[x.Fault]
	whole := func(body []byte) []frame {
		return []frame{{data: body, tokens: a.usage.Output - a.usage.Reasoning, text: len(a.text), terminal: true}}
	}
	var frames []frame
	a.req.usageAsked = true
	switch f := x.Fault; {
	case p != nil && x.req.Stream:
		contentType, frames = p.streamType(), p.stream(a)
	case p != nil:
		frames = whole(p.whole(a))
	case f == AsOllama:
		contentType, frames = "application/x-ndjson", ollama(a)
	case f == AsCompletion:
		contentType, frames = "text/event-stream", completion(a)
	case f == AsText:
		frames = whole(fmt.Appendf(nil, `[{"generated_text":%s,"model":%s}]`, quote(a.text), quote(a.model)))
	case f == Wrapped:
		frames = whole(fmt.Appendf(nil, `{"code":0,"msg":"success","data":%s}`, x.whole(a)))
	case f == UnknownForm:
		frames = whole([]byte(`{"service":"gateway","version":"1.2","healthy":true,"peers":["a","b"]}`))
	case f == List:
		frames = inList(x.stream(a))
	default:
		contentType, frames = x.streamType(), x.changed(f, a)
	}
	x.w.Header().Set("Content-Type", contentType)
	return frames
}

// inText returns an answer as a text in JSON.
func inText(f Fault, text string) string {
	text = quote(text)
	if f == QuotedField {
		return `{"answer":` + text + `}`
	}
	return text
}

// ollama returns an answer in Ollama's own protocol.
func ollama(a *answer) (frames []frame) {
	head := fmt.Sprintf(`{"model":%s,"created_at":%q,"message":{"role":"assistant","content":`, quote(a.model), a.created.UTC().Format(time.RFC3339Nano))
	for _, p := range a.pieces {
		frames = append(frames, frame{data: fmt.Appendf(nil, "%s%s},\"done\":false}\n", head, quote(p.text)), tokens: p.tokens, text: len(p.text)})
	}
	reason := "stop"
	if a.end == outOfTokens {
		reason = "length"
	}
	return append(frames, frame{data: fmt.Appendf(nil, "%s\"\"},\"done\":true,\"done_reason\":%q,\"prompt_eval_count\":%d,\"eval_count\":%d}\n", head, reason, a.usage.Input, a.usage.Output), terminal: true})
}

// completion returns an answer in OpenAI's Completions.
func completion(a *answer) (frames []frame) {
	head := fmt.Sprintf(`data: {"id":"cmpl-%s","object":"text_completion","created":%d,"model":%s,"choices":[{"index":0,"logprobs":null,"text":`, a.id, a.created.Unix(), quote(a.model))
	for _, p := range a.pieces {
		frames = append(frames, frame{data: fmt.Appendf(nil, "%s%s,\"finish_reason\":null}]}\n\n", head, quote(p.text)), tokens: p.tokens, text: len(p.text)})
	}
	last := fmt.Appendf(nil, "%s\"\",\"finish_reason\":%s}],\"usage\":%s}\n\ndata: [DONE]\n\n", head, chat{}.finish(a.end), chat{}.usage(a))
	return append(frames, frame{data: last, terminal: true})
}

// inList makes a list of the data of a stream.
func inList(frames []frame) []frame {
	list := frames[:0]
	for _, f := range frames {
		_, data, _ := bytes.Cut(f.data, []byte("data: "))
		if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte("[DONE]")) {
			list[len(list)-1].terminal = true
			continue
		}
		before := "\r\n,"
		if len(list) == 0 {
			before = "["
		}
		f.data = append([]byte(before), data...)
		list = append(list, f)
	}
	list[len(list)-1].data = append(list[len(list)-1].data, ']')
	return list
}

// edits are changes of the frames of a protocol, by regular expression.
var edits = map[Fault]map[Protocol][][2]string{
	ToolCall: {
		Chat:      {{`"delta":\{"content":("(?:[^"\\]|\\.)+")\}`, `"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"answer","arguments":$1}}]}`}, {`"finish_reason":"stop"`, `"finish_reason":"tool_calls"`}},
		Responses: {{`response\.output_text\.delta`, `response.function_call_arguments.delta`}},
		Messages:  {{`"text_delta","text":`, `"input_json_delta","partial_json":`}, {`"type":"text","text":""`, `"type":"tool_use","id":"toolu_1","name":"answer","input":{}`}, {`"end_turn"`, `"tool_use"`}},
	},
	FunctionCall: {
		Chat: {{`"delta":\{"content":("(?:[^"\\]|\\.)+")\}`, `"delta":{"function_call":{"name":"answer","arguments":$1}}`}, {`"finish_reason":"stop"`, `"finish_reason":"function_call"`}},
	},
	MessageDeltas: {Chat: {{`"delta":`, `"message":`}}},
	ContentParts: {
		Chat: {{`"content":("(?:[^"\\]|\\.)+")`, `"content":[{"type":"thinking","thinking":[{"type":"text","text":"Let me see."}]},{"type":"text","text":$1}]`}},
	},
	NoFinish: {Chat: {{`"finish_reason":"stop"`, `"finish_reason":null`}}},
	Elsewhere: {
		Chat:      {{`"content":`, `"words":`}},
		Responses: {{`("response\.output_text\.delta".*)"delta":`, `$1"words":`}, {`"logprobs":\[\],"text":`, `"logprobs":[],"words":`}},
		Messages:  {{`"text_delta","text":`, `"text_delta","words":`}},
		Gemini:    {{`"text": `, `"words": `}},
	},
}

// changed returns the frames of an answer with the edits of a fault.
func (x *exchange) changed(f Fault, a *answer) []frame {
	if f == ToolCall && x.Protocol == Gemini {
		g := google{}
		var args bytes.Buffer
		_ = json.Compact(&args, []byte(a.text)) // it is valid
		candidate := `"candidates": [{"content": {"parts": [{"functionCall": {"name": "answer","args": ` + args.String() + `}}],"role": "model"},` + g.finish(a.end) + `"index": 0}]`
		return []frame{{data: []byte("data: " + g.object(a, candidate, a.usage.Output) + "\r\n\r\n"), tokens: a.usage.Output - a.usage.Reasoning, text: len(a.text), terminal: true}}
	}
	frames, said := x.stream(a), ""
	if f == NoFinish && x.Protocol != Chat {
		frames = frames[:len(frames)-1] // with the last event, or with the one before it, the reason is gone
		if x.Protocol == Messages {
			frames = frames[:len(frames)-1]
		}
		frames[len(frames)-1].terminal = true
	}
	for i := range frames {
		for _, e := range edits[f][x.Protocol] {
			frames[i].data = regexp.MustCompile(e[0]).ReplaceAll(frames[i].data, []byte(e[1]))
		}
		if f == MessageSoFar {
			frames[i].data = regexp.MustCompile(`"delta":\{"content":("(?:[^"\\]|\\.)*")`).ReplaceAllFunc(frames[i].data, func(b []byte) []byte {
				var piece string
				_ = json.Unmarshal(b[len(`"delta":{"content":`):], &piece) // it is a JSON string
				said += piece
				return []byte(`"message":{"role":"assistant","content":` + quote(said))
			})
		}
	}
	return frames
}

// limited returns the refusal of a request beyond a rate limit, with the time to wait
// in the header RateLimit or in the body.
func (x *exchange) limited(f Fault, wait time.Duration) *failure {
	seconds := strconv.FormatFloat(wait.Seconds(), 'f', -1, 64)
	e := &failure{status: 429, message: "Too many requests (simulated)"}
	if f == LimitHeader {
		x.w.Header().Set("RateLimit-Policy", `"default";q=60;w=60`)
		x.w.Header().Set("RateLimit", `"default";r=0;t=`+seconds)
		return e
	}
	e.body = []byte(map[Protocol]string{
		Chat:      `{"error":{"message":"Too many requests","code":429,"retry_after":` + seconds + `}}`,
		Responses: `{"error":{"message":"Rate limit reached. Please try again in ` + seconds + `s.","type":"requests","code":"rate_limit_exceeded"}}`,
		Messages:  `{"type":"error","error":{"type":"rate_limit_error","message":"Slow down","retryAfter":"` + seconds + `s"}}`,
		Gemini:    `{"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"` + seconds + `s"}]}}`,
	}[x.Protocol])
	return e
}
