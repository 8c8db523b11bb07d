package annotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A question is what is asked of the verses of a chapter, however many
// requests it takes.
type question struct {
	purpose Purpose
	chapter *mashal.ChapterText
	form    *salvage.Schema
	request func(verses []int) llm.Request

	// take takes an object that has the form. What speaks for asking again
	// all the same is returned as wrong; an error ends everything.
	take func(model string, verse int, object []byte) (wrong string, err error)
}

// A reply is what one request brought.
type reply struct {
	taken  map[int]bool   // verses done with
	wrong  map[int]string // verses that came whole and are to be asked for again
	report *salvage.Report
	err    error // how the request failed; nil if it did not
	known  bool  // it was had before: nothing was sent
}

// wanting are the verses that were asked for and are not done with.
func (r *reply) wanting(asked []int) []int {
	var verses []int
	for _, v := range asked {
		if !r.taken[v] {
			verses = append(verses, v)
		}
	}
	return verses
}

// why is what became of a verse that is wanting: a word and a sentence.
func (r *reply) why(verse int) mashal.Failure {
	if wrong := r.wrong[verse]; wrong != "" {
		return mashal.Failure{Kind: "wrong", Reason: wrong}
	}
	o, _ := r.report.Outcome(verse)
	if o.State == salvage.Missing {
		return mashal.Failure{Kind: o.State.String(), Reason: "the model said nothing of this verse"}
	}
	return mashal.Failure{Kind: o.State.String(), Reason: "the model's answer is " + o.State.String() + ": " + o.Reason}
}

// mostText bounds an answer, in bytes, to what no honest one comes near: the
// recorded chapters have some 1,500 a verse.
func mostText(verses int) int64 { return 256<<10 + int64(verses)*32<<10 }

// A listener hands verses on while an answer is being written.
type listener struct {
	q       *question
	model   string
	reply   *reply
	decoder *salvage.Decoder
	most    int64
	heard   int64

	// pending is the last verse that closed. It is handed on when the next one
	// has closed or the answer ended, because until then it may turn out to
	// have swallowed the beginning of its successor and be withdrawn.
	pending *salvage.Event
	keep    func() error // what was heard so far; nil if it was kept before
	fatal   error        // of take or of the recorder: not the model's doing
}

// call makes one request, or reads the answer that it had before. Its error is
// not the model's doing and ends everything.
func (a *asker) call(ctx context.Context, q *question, m Model, verses []int) (*reply, error) {
	l := &listener{q: q, model: m.String(), most: mostText(len(verses)), reply: &reply{taken: map[int]bool{}, wrong: map[int]string{}}}
	var err error
	if l.decoder, err = salvage.New(q.form, verses, salvage.Limits{}, l.event); err != nil {
		return nil, err
	}
	req := a.config.addressed(q.request(verses), m)
	req.SharedAgain, req.CacheKey = a.more, a.cacheKey
	c := Call{Key: keyOf(l.model, &req), Purpose: q.purpose, Chapter: q.chapter.Chapter, Verses: verses, Model: l.model, Request: req}
	c.Repeat = a.made[c.Key]
	a.made[c.Key]++

	known, err := a.session.Recorder.Find(ctx, c)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look up what was answered before: %w", err)
	case known != nil:
		l.reply.known, l.reply.err = true, known.Err
		if err := l.hear(known.Text); err != nil {
			l.reply.err = err
		}
		l.close()
	default:
		if err := a.send(ctx, l, m, c); err != nil {
			return nil, err
		}
	}
	return l.reply, l.fatal
}

// send makes the request.
func (a *asker) send(ctx context.Context, l *listener, m Model, c Call) error {
	recording, err := a.session.Recorder.Begin(ctx, c)
	if err != nil {
		return fmt.Errorf("record a request: %w", err)
	}
	l.keep = func() error { return recording.Flush(ctx) }
	begun := time.Now()
	resp, err := m.Provider.Stream(ctx, c.Request, func(delta []byte) error {
		if _, err := recording.Write(delta); err != nil {
			l.fatal = fmt.Errorf("record an answer: %w", err)
			return l.fatal
		}
		return l.hear(delta)
	})
	l.reply.err = err
	l.close()
	if resp.Queued > 0 {
		if err := a.session.Queued(begun, resp.Queued); err != nil && l.fatal == nil {
			l.fatal = err
		}
	}
	if err := recording.End(context.WithoutCancel(ctx), resp, l.reply.report, err); err != nil {
		return errors.Join(l.fatal, fmt.Errorf("record how an answer ended: %w", err))
	}
	return nil
}

// hear takes the next bytes.
func (l *listener) hear(p []byte) error {
	if l.heard += int64(len(p)); l.heard > l.most {
		return tooMuch(l.most)
	}
	_, err := l.decoder.Write(p)
	return err
}

func tooMuch(most int64) error {
	return &llm.Error{Kind: llm.TooLong, Err: fmt.Errorf("the answer is longer than %d kB", most>>10)}
}

// close says that the answer has ended. A take that failed takes no more.
func (l *listener) close() {
	report, err := l.decoder.Close()
	if l.reply.report = report; report == nil {
		l.reply.report = &salvage.Report{}
	}
	if err == nil && l.fatal == nil {
		_ = l.flush() // l.fatal has what went wrong
	}
}

func (l *listener) event(e salvage.Event) error {
	if e.Object == nil {
		if l.pending != nil && l.pending.Verse == e.Verse {
			l.pending = nil
		}
		return nil
	}
	err := l.flush()
	l.pending = &e
	return err
}

func (l *listener) flush() error {
	e := l.pending
	if l.pending = nil; e == nil || l.reply.taken[e.Verse] {
		return nil
	}
	if l.keep != nil {
		if err := l.keep(); err != nil {
			l.fatal = fmt.Errorf("record an answer: %w", err)
			return l.fatal
		}
	}
	wrong, err := l.q.take(l.model, e.Verse, e.Object)
	switch {
	case err != nil:
		l.fatal = err
	case wrong != "":
		l.reply.wrong[e.Verse] = wrong
	default:
		l.reply.taken[e.Verse] = true
	}
	return err
}
