package pipeline

import (
	"fmt"
	"sync"
)

// answeringModels has the models that have answered in a run.
type answeringModels struct {
	mu   sync.Mutex
	last map[string]answering          // by model asked
	seen map[string]map[answering]bool // likewise
}

// An answering names what answered, in the server's words.
type answering struct{ model, build string }

func (a answering) String() string {
	if a.build == "" {
		return a.model
	}
	return a.model + " (" + a.build + ")"
}

// add adds an answer. It reports what answered before if another model or build
// answers now that has not answered in the run: servers that take turns are
// reported once.
func (m *answeringModels) add(asked string, now answering) (before answering, changed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		m.last, m.seen = map[string]answering{}, map[string]map[answering]bool{}
	}
	before, known := m.last[asked]
	if m.seen[asked] == nil {
		m.seen[asked] = map[answering]bool{}
	}
	changed = known && !m.seen[asked][now]
	m.last[asked], m.seen[asked][now] = now, true
	return before, changed
}

// Answered reports which model the server says answered a request of the task to
// the model asked.
func (t *Task) Answered(asked, model, build string) {
	now := answering{model, build}
	if before, changed := t.run.answering.add(asked, now); changed {
		t.run.observe(ModelChanged{t.assignment(), asked, before.String(), now.String()})
	}
}

// ModelChanged is the event that a server says that another model answers than
// before in the run, or another build of it.
type ModelChanged struct {
	Assignment
	Asked       string // vendor:model
	Before, Now string // in the server's words
}

func (e ModelChanged) String() string {
	return fmt.Sprintf("worker %d: %s: the model behind %s has changed: %s answered, before %s", e.Worker, e.what(), e.Asked, e.Now, e.Before)
}
