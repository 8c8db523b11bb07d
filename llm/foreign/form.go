package foreign

import (
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"mashal/llm"
)

// maxWrapped bounds the objects that are wrapped around an answer.
const maxWrapped = 3

// read reads one event or document. It reports whether it is of a form that is
// known.
func (f *Answer) read(event gjson.Result, depth int) (known bool) {
	defer func() { f.begun = f.begun || known }()
	if event.IsArray() && depth < maxWrapped {
		event.ForEach(func(_, element gjson.Result) bool {
			known = f.read(element, depth+1) || known
			return f.textErr == nil
		})
		return known
	}
	if !event.IsObject() {
		return false
	}
	if told := event.Get("error"); told.Type != gjson.Null && told.Type != gjson.False && told.Raw != `""` && told.Raw != "{}" {
		if depth > 0 || f.resp.End == "" {
			f.fail(llm.ParseAPIError([]byte(event.Raw)))
		}
		return true
	}
	for _, form := range []func(*Answer, gjson.Result) bool{
		(*Answer).chat, (*Answer).responses, (*Answer).messages, (*Answer).gemini, (*Answer).message,
	} {
		if form(f, event) {
			f.rest(event)
			return true
		}
	}
	if depth < maxWrapped {
		for _, name := range []string{"output", "response", "result", "data", "body", "payload", "completion"} {
			if inner := event.Get(name); (inner.IsObject() || inner.IsArray()) && f.read(inner, depth+1) {
				f.rest(event)
				return true
			}
		}
	}
	if f.plain(event) {
		f.rest(event)
		return true
	}
	if f.resp.End == "" && llm.IsError(event) {
		f.fail(llm.ParseAPIError([]byte(event.Raw)))
		return true
	}
	f.rest(event)
	return false
}

// rest takes the model, the count of tokens and the end of an event, of any form.
func (f *Answer) rest(event gjson.Result) {
	for _, name := range []string{"model", "modelVersion", "message.model", "response.model"} {
		if model := event.Get(name); model.Type == gjson.String && model.Str != "" {
			f.resp.Model = model.Str
			break
		}
	}
	for _, name := range []string{"usage", "usageMetadata", "response.usage", "message.usage", "token_usage", "meta", "delta.usage", "details"} {
		f.usage(event.Get(name))
	}
	if event.Get("prompt_eval_count").Exists() || event.Get("tokens_predicted").Exists() {
		f.usage(event)
	}
	for _, name := range []string{"finish_reason", "stop_reason", "finishReason", "stopReason", "done_reason", "details.finish_reason", "delta.finish_reason", "delta.stop_reason", "stop_type"} {
		f.finish(event.Get(name))
	}
	if event.Get("done").Type == gjson.True || event.Get("stop").Type == gjson.True || event.Get("is_end").Type == gjson.True || event.Get("is_finished").Type == gjson.True {
		f.end()
	}
}

// chat reads a completion of OpenAI's, or a part of one.
func (f *Answer) chat(event gjson.Result) bool {
	choices := event.Get("choices")
	if !choices.IsArray() {
		return false
	}
	choices.ForEach(func(_, choice gjson.Result) bool {
		if choice.Get("index").Int() != 0 {
			return true
		}
		if delta := choice.Get("delta"); delta.IsObject() && delta.Raw != "{}" {
			f.content(delta, false)
		} else if message, _ := llm.First(choice, []string{"message", "messages"}); message.Exists() {
			f.content(message, true)
		} else if text, _ := llm.First(choice, []string{"text", "content", "delta"}); text.Type == gjson.String {
			f.write(text.Str)
		}
		f.finish(choice.Get("finish_reason"))
		return f.textErr == nil
	})
	return true
}

// responses reads a response of OpenAI's newer protocol, or an event of one.
func (f *Answer) responses(event gjson.Result) bool {
	switch kind := event.Get("type").String(); {
	case kind == "response.output_text.delta", kind == "response.function_call_arguments.delta":
		f.write(event.Get("delta").String())
	case kind == "response.reasoning_text.delta", kind == "response.reasoning_summary_text.delta":
		f.think(event.Get("delta").String())
	case kind == "response.refusal.delta":
		f.refuse(event.Get("delta").String())
	case kind == "response.completed", kind == "response.incomplete", kind == "response.failed":
		f.response(event.Get("response"))
	case strings.HasPrefix(kind, "response."):
	case event.Get("object").Str == "response", event.Get("output.0.type").Exists() || event.Get("output.0.content").Exists():
		f.response(event)
	default:
		return false
	}
	return true
}

// response reads a whole response.
func (f *Answer) response(response gjson.Result) {
	if f.written.Len() == 0 {
		response.Get("output").ForEach(func(_, item gjson.Result) bool {
			switch item.Get("type").String() {
			case "reasoning":
				f.think(item.Raw)
			case "function_call":
				f.write(ArgumentsText(item.Get("arguments")))
			default:
				f.parts(item.Get("content"), false)
			}
			return f.textErr == nil
		})
	}
	f.usage(response.Get("usage"))
	switch status := response.Get("status"); status.Str {
	case "incomplete":
		f.finish(response.Get("incomplete_details.reason"))
	case "failed":
		f.resp.End = "failed"
		f.fail(llm.ParseAPIError([]byte(response.Raw)))
	default:
		f.finish(status)
	}
}

// messages reads a message of Anthropic's, or an event of one.
func (f *Answer) messages(event gjson.Result) bool {
	switch event.Get("type").String() {
	case "content_block_delta":
		delta := event.Get("delta")
		f.think(delta.Get("thinking").String())
		f.write(delta.Get("text").String())
		f.write(delta.Get("partial_json").String())
	case "message":
		f.parts(event.Get("content"), false)
	case "message_start", "content_block_start", "content_block_stop", "message_delta", "ping":
	case "message_stop":
		f.end()
	default:
		return false
	}
	return true
}

// gemini reads a response of Google's, or a part of one.
func (f *Answer) gemini(event gjson.Result) bool {
	if reason := event.Get("promptFeedback.blockReason").String(); reason != "" {
		f.resp.End, f.kind, f.reason = reason, llm.Refused, errors.New("the prompt was blocked: "+llm.RedactText(reason))
		return true
	}
	candidate := event.Get("candidates.0")
	if !candidate.IsObject() {
		return event.Get("usageMetadata").Exists()
	}
	f.parts(candidate.Get("content.parts"), false)
	f.finish(candidate.Get("finishReason"))
	return true
}

// message reads a message of Ollama's own protocol or of Cohere's.
func (f *Answer) message(event gjson.Result) bool {
	message := event.Get("message")
	if delta := event.Get("delta.message"); delta.IsObject() {
		f.content(delta, false)
		return true
	}
	if !message.IsObject() || !message.Get("content").Exists() && !message.Get("role").Exists() {
		return false
	}
	f.content(message, true)
	return true
}

// plain reads an answer in one of the simple forms: a text in a field.
func (f *Answer) plain(event gjson.Result) bool {
	if token := event.Get("token.text"); token.Type == gjson.String { // of Hugging Face's server
		if event.Get("token.special").Type != gjson.True {
			f.write(token.Str)
		}
		if event.Get("generated_text").Type == gjson.String {
			f.end()
		}
		return true
	}
	for _, name := range []string{"generated_text", "output_text", "response", "completion", "text", "content", "answer", "output", "result"} {
		v := event.Get(name)
		switch {
		case v.Type == gjson.String && (!f.whole || f.begun || isAnswer(event, v.Str)):
			f.writeWhole(v.Str)
			return true
		case v.IsArray() && v.Get("0").Type == gjson.String && (name == "output" || name == "response"): // pieces
			v.ForEach(func(_, piece gjson.Result) bool {
				f.write(piece.String())
				return f.textErr == nil
			})
			return true
		case v.IsArray() && name == "content" && v.Get("0").IsObject():
			f.parts(v, false)
			return true
		}
	}
	return false
}

// isAnswer reports whether a document that has a text is the answer of a model, and
// not that of any other server.
func isAnswer(document gjson.Result, text string) bool {
	_, sign := llm.First(document, []string{"model", "usage", "generated_text", "done", "stop", "finish_reason", "stop_reason", "tokens_predicted", "details"})
	return sign != "" || strings.ContainsAny(text, "{[")
}

// content reads a message: its text, its reasoning, and its calls of functions.
func (f *Answer) content(message gjson.Result, whole bool) {
	if message.Type == gjson.String {
		f.writeWhole(message.Str)
		return
	}
	for _, name := range []string{"reasoning_content", "reasoning", "thinking", "reasoning_text"} {
		f.think(message.Get(name).String())
	}
	if refusal := message.Get("refusal"); refusal.Type == gjson.String {
		f.refuse(refusal.Str)
	}
	f.parts(message.Get("content"), whole)
	message.Get("tool_calls").ForEach(func(_, call gjson.Result) bool {
		f.write(ArgumentsText(call.Get("function.arguments")))
		return f.textErr == nil
	})
	f.write(ArgumentsText(message.Get("function_call.arguments")))
}

// parts reads the content of a message: a text, or a list of parts. whole is set if
// it may be the text so far, and not the next piece.
func (f *Answer) parts(content gjson.Result, whole bool) {
	switch {
	case content.Type == gjson.String && whole:
		f.writeWhole(content.Str)
	case content.Type == gjson.String:
		f.write(content.Str)
	case content.IsArray():
		content.ForEach(func(_, part gjson.Result) bool {
			if !part.IsArray() {
				f.parts(part, whole)
			}
			return f.textErr == nil
		})
	case content.IsObject():
		f.part(content)
	}
}

// part reads one part of a message.
func (f *Answer) part(part gjson.Result) {
	switch kind := part.Get("type").String(); {
	case part.Get("thought").Type == gjson.True, kind == "thinking", kind == "reasoning":
		f.think(part.Raw)
	case kind == "refusal":
		f.refuse(part.Get("refusal").String())
	case kind == "tool_use":
		f.write(ArgumentsText(part.Get("input")))
	case part.Get("functionCall").IsObject():
		f.write(ArgumentsText(part.Get("functionCall.args")))
	default:
		text := part.Get("text")
		if text.IsObject() {
			text = text.Get("value")
		}
		f.write(text.String())
	}
}

// think notes that a piece of the model's reasoning came.
func (f *Answer) think(piece string) {
	if piece != "" {
		f.thoughts.Add(piece)
		f.resp.Thought = f.thoughts.Count()
	}
}

// ArgumentsText returns the arguments of a call as text: they are JSON, or the text
// of JSON.
func ArgumentsText(arguments gjson.Result) string {
	switch {
	case arguments.Type == gjson.String:
		return arguments.Str
	case arguments.IsObject() && arguments.Raw != "{}", arguments.IsArray():
		return arguments.Raw
	}
	return ""
}
