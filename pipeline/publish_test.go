package pipeline

import (
	"sync/atomic"
	"testing"
)

// TestPublishAgain puts a reading that is being entered. It must be entered once more after
// that, and not at the same time: the older state could be written last.
func TestPublishAgain(t *testing.T) {
	begun, proceed := make(chan int64, 4), make(chan struct{})
	var atOnce atomic.Int32
	p := &publisher{again: map[int64]bool{}, enter: func(reading int64) error {
		if reading == 7 && atOnce.Add(1) > 1 {
			t.Error("a reading is entered twice at a time")
		}
		begun <- reading
		<-proceed
		if reading == 7 {
			atOnce.Add(-1)
		}
		return nil
	}}
	p.group.SetLimit(maxPublishing)
	p.put(7)
	<-begun
	p.put(7)
	p.put(7)
	p.put(8) // another one does not wait
	if got := <-begun; got != 8 {
		t.Errorf("reading %d is entered", got)
	}
	close(proceed)
	if err := p.wait(); err != nil {
		t.Fatal(err)
	}
	close(begun)
	n := 0
	for reading := range begun {
		if reading != 7 {
			t.Errorf("reading %d is entered again", reading)
		}
		n++
	}
	if n != 1 || len(p.again) > 0 {
		t.Errorf("it is entered %d times more, want 1; %v are left", n, p.again)
	}
}
