// Package explore is the explorer: the pages of a concordance for a browser. It
// only reads, unless web.Options.Reviews takes decisions. The server renders the pages; scripts are optional, and there is no
// build step.
//
// # Adding a page
//
// A page is a handler (search.go), a template (web/templates/search.html), its
// messages in Hebrew (web/messages/he/search.json) and a line in routes.go. help.go
// is the smallest page; read.go and search.go are good models.
//
//   - A handler is func(*web.Request) (*web.Page, error). The request has the
//     snapshot of the concordance (nil if there is none yet), the text, the ledger,
//     the parameters and the view. The handler may be called twice, so its only
//     effect is the page that it returns: a template with data, JSON, a file or a
//     redirect. Its context, req.Context(), ends when the client disconnects.
//   - Parameters are read once each through req.Params (Text, Choice, Choices,
//     Number, Share, Flag). Then req.Params.Check or filters.Match refuses invalid
//     values and all parameters that were not read, so nothing is ignored silently.
//     filters.Match reads the parameters that select figures; a page that shows a
//     selection of figures accepts all of them.
//   - The state of a page is its address. req.View.URL returns the address of
//     another page, With and Toggle that of the same page with a parameter changed.
//     All keep the view (language, theme, script, divine names). A form repeats
//     {{range .Kept}} as hidden fields.
//   - A request is refused with a *web.Fault (web.NotFound, web.BadRequest), a
//     *mashal.Error with the code Usage or a *mashal.FieldError. Any other error is
//     logged and shown as an internal error without its text. Programs, which accept
//     JSON or request an address below /api/, get problem+json.
//   - What is not a page, such as a stream of events, is an http.HandlerFunc that is
//     registered with Server.HandleFunc. It sets its own deadlines
//     (http.ResponseController) and returns when the request or Serve ends.
//   - A long download is registered with Server.HandleStream. It is sent while it is
//     computed. Answers for programs are in explore/api and described in
//     openapi.json; a test compares every answer with it.
//   - What changes something is registered with Server.HandleForm, as package decide does:
//     a POST that the handler answers with a redirect, or with the page and what was typed.
//   - A page depends only on its address, the snapshot and the date, and browsers
//     cache it until one of these changes (ETag). A page with other content, such as
//     data of the ledger, sets Page.Live.
//
// # Templates
//
// layout.html is the frame. templates/part has the parts that several pages use.
// Lists with many rows are written in Go (verse.go, kwicmarkup.go), because a
// template would be slow. The dot of a template is a *web.Scope: .Data is the data
// of the page, $.T "message %d" n translates a message, and $.Of value passes data
// to a part. Text of annotators is written with $.Said, or with $.Prose if it can be
// long; both replace divine names if the view says so. Names of annotators are
// written with plain. All such text is in <bdi> or an element with dir. There are no
// style attributes and no inline scripts, because the Content-Security-Policy
// forbids both. In SVG, presentation attributes (width, fill) give measures; the
// classes t-metaphor, ... and d0 to d5 give colours.
//
// # Text
//
// Package markup marks word ranges in the Hebrew and the English of a verse.
// markRow in read.go does this for the figures of a verse.
//
// # Style and scripts
//
// The files static/css/*.css are joined in the order of their names: 00 has all
// tokens, 10 the elements, 20 the shell, 30 the text, 40 to 89 the pages, 90 print.
// static/js/main.js imports the modules of the pages, which find their elements by
// data attributes. All sides are logical (inline-start), so the Hebrew interface is
// the mirror image of the English one.
package explore
