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

// A progress is an event of a run that is watched.
type progress struct {
	Run       string               `json:"run"`
	State     mashal.RunState      `json:"state"`
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

// events answers with the progress of a run as server-sent events: "progress"
// at once and whenever something has changed, and at last "end". What is no page
// sees to its own deadlines: each event must be taken in time, and the stream
// ends with the client, the run and the explorer.
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
	for err == nil && r.Method != http.MethodHead { // an error: the client is gone, or takes nothing
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

// An eventStream is an answer that goes on.
type eventStream struct {
	http.ResponseWriter
	control *http.ResponseController
}

// begin sends the head of the answer and the first event. From then on the
// connection is not read but for its end, and every event has its own deadline.
func (s *eventStream) begin(first *mashal.RunProgress) error {
	h := s.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy is to pass events on as they come
	if err := s.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	s.WriteHeader(http.StatusOK)
	if err := s.send("retry: 5000\n\n"); err != nil {
		return err
	}
	return s.progress(first)
}

// progress sends how far the run has come. The last event of a run that does
// not go on is its end; a stream that ends without one can be asked for again.
func (s *eventStream) progress(r *mashal.RunProgress) error {
	data, err := json.Marshal(progress{
		Run: r.Run.ID, State: r.Run.State, Verses: r.Verses, Figures: r.Figures, Calls: r.Spend.Calls, Failed: r.Spend.Failed,
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

func (s *eventStream) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(web.WriteTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
