package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"mashal"
	"mashal/explore/web"
)

// A progress is the data of a progress event.
type progress struct {
	Run       string               `json:"run"`
	State     mashal.RunState      `json:"state"`
	Note      string               `json:"note,omitempty"` // what the run waits for, or why it stopped
	Verses    map[mashal.State]int `json:"verses"`
	Figures   int                  `json:"figures"`
	Calls     int                  `json:"calls"`
	Failed    int                  `json:"calls_failed"`
	Input     int64                `json:"input_tokens"`
	Output    int64                `json:"output_tokens"`
	Cost      mashal.Money         `json:"cost_usd"`
	Unpriced  int                  `json:"calls_unpriced"`
	StartedAt time.Time            `json:"started_at"`
}

// events sends the progress of a run as server-sent events: "progress" at once and
// after every change, "end" when the run has ended. It sets a deadline for each
// event. The stream ends when the client disconnects, the run ends or the server
// shuts down.
func (p *runPages) events(w http.ResponseWriter, r *http.Request) {
	params, err := web.ParseParams(r.URL.RawQuery)
	if err == nil {
		err = params.Check()
	}
	if err != nil {
		p.server.Fail(w, r, err)
		return
	}
	run := r.PathValue("run")
	if p.server.Record() == nil {
		p.server.Fail(w, r, noRun(run))
		return
	}
	told, leave, ok := p.watches.join(run)
	if !ok {
		p.server.Fail(w, r, &web.Fault{Status: http.StatusServiceUnavailable, Detail: web.Msg("Too many clients follow runs. Reload the page to see the progress.")})
		return
	}
	defer leave()
	stream := &eventStream{ResponseWriter: w, control: http.NewResponseController(w)}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	select {
	case <-r.Context().Done():
		return
	case first, open := <-told:
		switch {
		case !open:
			p.server.Fail(w, r, &web.Fault{Status: http.StatusServiceUnavailable, Detail: web.Msg("The progress of the run is not available at the moment.")})
			return
		case first == nil:
			p.server.Fail(w, r, noRun(run))
			return
		}
		err = stream.begin(first)
	}
	for err == nil && r.Method != http.MethodHead { // an error means that the client has disconnected or is too slow
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			err = stream.send(": nothing new\n\n")
		case next, open := <-told:
			if !open {
				return
			}
			err = stream.progress(next)
		}
	}
}

// An eventStream writes server-sent events.
type eventStream struct {
	http.ResponseWriter
	control *http.ResponseController
}

// begin sends the header and the first event. It removes the read deadline of the
// connection, because the stream lasts longer.
func (s *eventStream) begin(first *mashal.RunProgress) error {
	h := s.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies must not buffer events
	if err := s.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	s.WriteHeader(http.StatusOK)
	if err := s.send("retry: 5000\n\n"); err != nil {
		return err
	}
	return s.progress(first)
}

// progress sends the progress of a run, followed by an end event if the run has
// ended. A browser reconnects to a stream that ends without one.
func (s *eventStream) progress(r *mashal.RunProgress) error {
	data, err := json.Marshal(progress{
		Run: r.Run.ID, State: r.Run.State, Note: r.Run.Note, Verses: r.Verses, Figures: r.Figures, Calls: r.Spend.Calls, Failed: r.Spend.Failed,
		Input: r.Spend.Input, Output: r.Spend.Output, Cost: r.Spend.Cost, Unpriced: r.Spend.Unpriced, StartedAt: r.Run.Started,
	})
	if err != nil {
		return err
	}
	text := fmt.Sprintf("event: progress\ndata: %s\n\n", data)
	if !r.Run.Going() {
		text += fmt.Sprintf("event: end\ndata: {\"state\":%q}\n\n", r.Run.State)
	}
	return s.send(text)
}

// send sends a text with its own write deadline.
func (s *eventStream) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(web.WriteTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
