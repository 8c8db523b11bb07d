// Package explore is the explorer: the concordance as pages for a browser. It
// reads, and never writes. Pages are rendered here; scripts only add comfort,
// and there is no build step.
//
// # Adding a page
//
// A page is three files of one name: a handler (charts.go), a template
// (templates/charts.html) and its messages in Hebrew (messages/he/charts.json);
// and one line in routes.go. help.go is the smallest; read.go and find.go are
// the models.
//
//   - A handler is func(*visit) (*page, error). The visit has the snapshot of
//     the concordance (nil if there is none yet), the text, the record, the
//     parameters and the view. The handler may be called twice, so it answers
//     through its page alone: a template with data, JSON, a file, or a redirect.
//     Its context, v.ctx(), ends when the client leaves.
//   - Parameters are read through v.params (text, choice, choices, number,
//     share, flag), each once, before v.params.check() or match(v), which
//     refuse what is wrong, and every parameter that was not read: nothing is
//     silently ignored. match(v) reads those by which figures are wanted
//     (filterParams); a page that shows a choice of figures takes them all.
//   - The state of a page is its address. v.URL gives that of another page,
//     v.With and v.Toggle that of this page with something changed; all keep
//     the view (language, colours, script, names). A form repeats {{range
//     .Kept}} as hidden fields.
//   - What is refused is a *fault (notFound, badRequest), an *mashal.Error of
//     code Usage, or a *mashal.FieldError; anything else is logged and
//     shown as a fault of ours, without its text. Programs, which accept JSON
//     or ask below /api/, get problem+json.
//   - What is not a page, such as a stream of events, is an http.HandlerFunc on
//     s.mux. It is admitted as pages are, and must see to its own deadlines
//     (http.ResponseController) and end: with its request, and when Serve does.
//   - What may be larger than one request should hold is a stream, routed by
//     handleStream (stream.go): it is sent while it is made, for as long as the
//     client takes it. What programs ask is wrapped in api (api.go) and
//     described in openapi.json, to which a test holds every answer.
//   - A page is a function of its address, the snapshot and the day, and is
//     kept by browsers until one of these changes (ETag). One that shows
//     anything else, such as the ledger, sets page.live.
//
// # Templates
//
// layout.html is the frame, templates/part/*.html has what several pages use
// ("card", "drawer", "agreement"), and markup.go what stands in lists so often that a template would
// be slow ($.Type, $.Says, $.Verse). A template's dot is a *scope: .Data is the
// page's, $.T "message %d" n and $.N n "%d figure" "%d figures" write messages,
// $.Of value hands a part its data. What annotators wrote goes through $.Said,
// or $.Prose if it can be long, which also alter the divine names if the view
// wants that; their own names go through plain. All of it stands in <bdi> or an
// element with dir. No style attribute and no inline script: the
// Content-Security-Policy forbids both. In SVG, presentation attributes (width,
// fill) give measures, the classes t-metaphor, ..., d0 to d5 colours.
//
// # Text
//
// mark.go marks figures in a text: word ranges to lanes of lines to HTML. It
// knows nothing of Hebrew; text.go gives it the pieces of both languages.
// visit.markRow does it for a verse.
//
// # Style and scripts
//
// static/css/*.css are joined in the order of their names: 00 has all tokens,
// 10 the elements, 20 the shell, 30 the text, 40 to 89 pages, 90 print. A
// page's modules are imported by static/js/main.js and find what they serve by
// data attributes. All sides are logical (inline-start), so that the Hebrew
// interface is the mirror of the English one.
package explore
