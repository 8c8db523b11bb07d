package annotate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A question is what is requested about verses of a chapter, in one or more
// requests.
type question struct {
	purpose mashal.Purpose
	chapter *mashal.ChapterText
	form    *salvage.Schema

	// request returns the request for some verses. The prompt shows all verses of the
	// chapter, or those of shown if that is not nil.
	request func(verses, shown []int) llm.Request

	// take uses a verse's object, which has the form. wrong says why the verse must
	// be requested again all the same. An error ends the call.
	take func(model string, e *salvage.Event) (wrong string, err error)

	// withdraw makes verses undone that take has used: they were a draft, or the model
	// did not see the whole prompt. If it is nil, take is called only when an answer is
	// complete. An error ends the call.
	withdraw func(verses []int) error
}

// A reply is the outcome of one request.
type reply struct {
	taken    map[int]bool   // verses that are done
	wrong    map[int]string // complete verses that must be requested again, and why
	report   *salvage.Report
	err      error // why the request failed
	recorded bool  // the answer was recorded before; nothing was sent
	deferred bool  // the request is left for later; nothing was sent
	outages  int   // outages of the model's server that the brake had found before the request
	held     bool  // it failed in an outage that pauses the run
	worked   bool  // an earlier request to the model was useful
	stop     error // why the brake has stopped the run; nil if it has not
	splits   bool  // the request was too large, and smaller ones may be accepted
	again    bool  // the server refused a parameter of the request, which the next one does not have
}

// unanswered returns the verses of asked that are not done.
func (r *reply) unanswered(asked []int) []int {
	var verses []int
	for _, v := range asked {
		if !r.taken[v] {
			verses = append(verses, v)
		}
	}
	return verses
}

// why returns the failure of a verse that is not done.
func (r *reply) why(verse int) mashal.Failure {
	if wrong := r.wrong[verse]; wrong != "" {
		return mashal.Failure{Kind: "wrong", Reason: wrong}
	}
	o, _ := r.report.Outcome(verse)
	if o.State == salvage.Missing {
		return mashal.Failure{Kind: o.State.String(), Reason: "the answer does not contain this verse"}
	}
	return mashal.Failure{Kind: o.State.String(), Reason: "the verse is " + o.State.String() + " in the answer: " + o.Reason}
}

// maxAnswer returns the limit of an answer in bytes. It is far above real answers:
// the recorded chapters have some 1,500 bytes for each verse.
func maxAnswer(verses int) int64 { return 256<<10 + int64(verses)*32<<10 }

// An answerReader decodes an answer while it arrives and passes its verses on.
type answerReader struct {
	config   *Config
	trial    bool // of Session
	q        *question
	model    string
	reply    *reply
	decoder  *salvage.Decoder
	limit    int64 // of the answer, in bytes
	received int64
	begin    []byte // of the answer

	// pending has the verses whose objects have closed and that may still be
	// withdrawn. The last one may have swallowed the beginning of the next verse. All
	// are pending while the answer may be reasoning without a mark.
	pending []salvage.Event
	wrongly error        // the model that answers is of another kind: no verse is passed on
	flush   func() error // of the recorder; nil if the answer is recorded already
	fatal   error        // of take or of the recorder, which ends the call
}

// call makes one request, or decodes the answer that was recorded before. An error
// is not the model's failure and ends the call of Annotate or Validate.
func (a *asker) call(ctx context.Context, q *question, j *job) (*reply, error) {
	m, verses := a.config.Models[j.model], j.verses
	l := &answerReader{config: &a.config, trial: a.session.Trial, q: q, model: m.String(), limit: maxAnswer(len(verses)), reply: &reply{taken: map[int]bool{}, wrong: map[int]string{}}}
	var err error
	if l.decoder, err = salvage.New(formOf(q.form, q.chapter.Chapter), verses, salvage.Limits{}, l.event); err != nil {
		return nil, err
	}
	req := a.config.withSettings(q.request(verses, j.shown), m)
	req.SharedAgain, req.CacheKey = a.more, a.cacheKey
	req.Answering = func(model string) { l.wrongly = a.config.CheckKind(m, model) }
	key := keyOf(m, &req)
	record := mashal.Request{
		Key: key, Repeat: a.made[key], Purpose: q.purpose, Verses: verses, Model: l.model, Simulated: a.config.Simulated,
	}
	a.made[key]++

	known, err := a.session.Recorder.Find(ctx, record)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for a recorded answer: %w", err)
	case known != nil:
		l.reply.recorded, l.reply.err = true, known.Err
		if err := l.receive(known.Text); err != nil {
			l.reply.err = err
		}
		l.close(ctx, m)
		if err := a.session.Found(ctx, known, l.reply.report); err != nil && l.fatal == nil {
			l.fatal = fmt.Errorf("record the report on an answer: %w", err)
		}
	default:
		if err := a.send(ctx, l, j, req, record); err != nil {
			a.made[key]--
			return nil, err
		}
		if l.reply.again {
			a.made[key]-- // it is the same request that is made again
		}
	}
	return l.reply, l.fatal
}

// send makes the request when the brake allows it, and decodes the answer. It does
// not make a request that is known to be too large for the server. It returns
// errStopping if no request may be sent any more, a *llm.StopError if the brake has
// stopped the run, and llm.ErrPaused if the next model is to be asked.
func (a *asker) send(ctx context.Context, l *answerReader, j *job, req llm.Request, record mashal.Request) error {
	if a.stopping() {
		return errStopping
	}
	m := a.config.Models[j.model]
	if l.reply.err = m.Capabilities.Fits(req); l.reply.err != nil {
		l.close(ctx, m)
		return nil
	}
	if a.session.Defer != nil {
		send := m.adapted(req)
		record := withContent(record, &send)
		if deferred, err := a.session.Defer(ctx, record, send); deferred || err != nil {
			l.reply.deferred = deferred
			return err
		}
		m.Capabilities.Unsent(send)
	}
	pass, err := a.enter(ctx, m, a.hasNext(j), record)
	if err != nil {
		return err
	}
	if pass != nil {
		l.reply.outages = pass.Outages
	}
	err = a.exchange(ctx, l, m, req, record, pass)
	failure := l.reply.err
	if err != nil || l.fatal != nil || l.reply.splits || l.reply.again && !llm.KindOf(failure).MayPass() {
		failure = context.Canceled // by us, or because of a parameter or of the length of the passage
	}
	l.reply.held, l.reply.stop = pass.Done(failure, len(l.reply.taken) > 0)
	l.reply.worked = m.Brake.State().Worked
	return err
}

// withContent returns a request as it is recorded, with what is sent.
func withContent(record mashal.Request, req *llm.Request) mashal.Request {
	record.System, record.Shared, record.Prompt, record.Settings = req.System, req.Shared, req.Prompt, settingsOf(req)
	return record
}

// exchange makes the request, without the parameters that the server refuses,
// records what it sends, and decodes the answer.
func (a *asker) exchange(ctx context.Context, l *answerReader, m Model, req llm.Request, record mashal.Request, pass *llm.Pass) error {
	req = m.adapted(req)
	record = withContent(record, &req)
	recording, err := a.session.Recorder.Begin(ctx, record)
	if err != nil {
		return fmt.Errorf("record a request: %w", err)
	}
	l.flush = func() error { return recording.Flush(ctx) }
	begun := time.Now()
	resp, err := m.Provider.Stream(a.sending(ctx, pass), req, func(delta []byte) error {
		pass.Accepted()
		if _, err := recording.Write(delta); err != nil {
			l.fatal = fmt.Errorf("record an answer: %w", err)
			return l.fatal
		}
		return l.receive(delta)
	})
	l.reply.err = err
	if l.wrongly == nil {
		l.wrongly = a.config.CheckKind(m, resp.Model)
	}
	l.close(ctx, m)
	if l.reply.err == nil {
		err = nil // all of the answer came
	}
	l.reply.again = m.Capabilities.Learn(req, resp, err)
	if llm.KindOf(err) == llm.TooLarge {
		l.reply.splits = !m.Capabilities.TooLarge(req, err, len(record.Verses) == 1)
	}
	if l.wrongly != nil && l.fatal == nil {
		l.fatal = l.wrongly
	} else if resp.Model != "" {
		a.session.Answered(l.model, resp.Model, resp.Build)
	}
	if resp.Queued > 0 {
		if err := a.session.Queued(begun, resp.Queued); err != nil && l.fatal == nil {
			l.fatal = err
		}
	}
	if err := a.session.Learned(m); err != nil && l.fatal == nil {
		l.fatal = err
	}
	if err := recording.End(context.WithoutCancel(ctx), resp, l.reply.report, l.reply.err); err != nil {
		return errors.Join(l.fatal, fmt.Errorf("record the end of an answer: %w", err))
	}
	return nil
}

// receive decodes the next bytes of the answer.
func (l *answerReader) receive(p []byte) error {
	if l.received += int64(len(p)); l.received > l.limit {
		return tooLong(l.limit)
	}
	l.begin = append(l.begin, p[:min(len(p), maxRefusal+1-len(l.begin))]...)
	_, err := l.decoder.Write(p)
	return err
}

// tooLong returns the error of an answer beyond its limit.
func tooLong(most int64) error {
	return &llm.Error{Kind: llm.TooLong, Err: fmt.Errorf("the answer is longer than %d kB", most>>10)}
}

// close ends the answer. It passes the pending verses on, unless take has failed. If
// the server cut the prompt, no verse of the answer counts.
func (l *answerReader) close(ctx context.Context, m Model) {
	report, err := l.decoder.Close()
	if l.reply.report = report; report == nil {
		l.reply.report = &salvage.Report{}
	}
	kind := llm.KindOf(l.reply.err)
	if kind == llm.PromptCut {
		l.pending = nil
		l.withdraw(slices.Sorted(maps.Keys(l.reply.taken)))
	}
	if err == nil && l.fatal == nil {
		_ = l.passOn() // its error is l.fatal
	}
	if failed, ok := errors.AsType[*llm.Error](l.reply.err); ok && failed.Ended && len(l.reply.report.Verses) > 0 && len(l.reply.report.Unrecovered()) == 0 {
		l.reply.err, kind = nil, llm.KindNone // only the reason to stop is missing
	}
	if (l.reply.err == nil || kind == llm.TooLong) && l.reply.report.OnlyReasoning() {
		l.reply.err = &llm.Error{Kind: llm.OnlyReasoning, Provider: m.Provider.Name(), Model: m.Name, Err: llm.NoAnswer("in the text of the answer")}
	}
	if l.reply.err == nil {
		l.reply.err = refusal(l.begin, l.reply.report)
	}
	if !l.trial {
		l.reply.err = l.config.advise(l.reply.err)
	}
}

// event is called by the decoder for each verse that closes or is withdrawn.
func (l *answerReader) event(e salvage.Event) error {
	if e.Object == nil {
		l.pending = slices.DeleteFunc(l.pending, func(p salvage.Event) bool { return p.Verse == e.Verse })
		if e.Draft {
			delete(l.reply.wrong, e.Verse)
			l.withdraw([]int{e.Verse})
		}
		return l.fatal
	}
	if l.q.withdraw == nil || l.decoder.Doubtful() {
		l.pending = append(l.pending, e)
		return l.keep() // what is not passed on is durable all the same
	}
	err := l.passOn()
	l.pending = append(l.pending, e)
	return err
}

// withdraw makes verses undone that were passed on.
func (l *answerReader) withdraw(verses []int) {
	if l.q.withdraw == nil || len(verses) == 0 {
		return
	}
	if err := l.q.withdraw(verses); err != nil && l.fatal == nil {
		l.fatal = fmt.Errorf("withdraw verses: %w", err)
	}
	for _, v := range verses {
		delete(l.reply.taken, v)
	}
}

// keep has the recorder flush the bytes of the answer.
func (l *answerReader) keep() error {
	if l.flush != nil {
		if err := l.flush(); err != nil {
			l.fatal = fmt.Errorf("record an answer: %w", err)
		}
	}
	return l.fatal
}

// passOn passes the pending verses on, after the recorder has flushed their bytes.
func (l *answerReader) passOn() error {
	pending := l.pending
	l.pending = nil
	if l.wrongly != nil {
		return nil
	}
	for _, e := range pending {
		if l.reply.taken[e.Verse] {
			continue
		}
		if err := l.keep(); err != nil {
			return err
		}
		wrong, err := l.q.take(l.model, &e)
		switch {
		case err != nil:
			l.fatal = err
			return err
		case wrong != "":
			l.reply.wrong[e.Verse] = wrong
		default:
			l.reply.taken[e.Verse] = true
		}
	}
	return nil
}
