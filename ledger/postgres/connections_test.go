//go:build linux

package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

// TestNoConnectionLeft ends the connections of a writer, the one with the lock too, while
// other clients take all that the server has. The writer says why it waits, and goes on
// when there are connections again. All units are applied once.
func TestNoConnectionLeft(t *testing.T) {
	const most = 12
	server := postgrestest.NewServer(t, fmt.Sprint("max_connections=", most))
	address := server.NewDatabase(t)
	others := admin(t, address)
	others.SetMaxOpenConns(1)
	do(t, others, items)
	db := open(t, address, postgres.Exclusive)
	full, over := make(chan bool, 100), make(chan bool, 100)
	db.OnOutage(func(o mashal.Outage) {
		switch {
		case !o.Until.IsZero():
			over <- true
		case strings.Contains(o.Reason, "53300"):
			full <- true
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	var written [4]int
	for i := range written {
		writing.Go(func() {
			for ctx.Err() == nil {
				if err := db.Write(t.Context(), add(fmt.Sprint(i, " ", written[i]))); err != nil {
					t.Errorf("unit %d of goroutine %d: %v", written[i], i, err)
					return
				}
				written[i]++
			}
		})
	}

	var taken []*pgx.Conn
	take := func() {
		for len(taken) < most {
			c, err := pgx.Connect(t.Context(), address+"&application_name=other")
			if err != nil { // there is none left
				return
			}
			taken = append(taken, c)
		}
	}
	deadline := time.After(time.Minute)
	for isFull := false; !isFull; {
		take()
		do(t, others, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name <> 'other' AND pid <> pg_backend_pid()`)
		take()
		select {
		case isFull = <-full:
		case <-over: // it was back before the connections were taken, or after another kind of outage
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatal("no outage for lack of connections")
		}
	}
	for _, c := range taken {
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	select {
	case <-over:
	case <-deadline:
		t.Error("the writer does not go on")
	}
	stop()
	writing.Wait()
	wantOnce(t, db.Read(), written[0]+written[1]+written[2]+written[3])
}
