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
	began, over := make(chan bool, 100), make(chan bool, 100)
	db.OnOutage(func(o mashal.Outage) {
		if o.Until.IsZero() {
			began <- true
		} else {
			over <- true
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

	const writers = ` FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'other' AND pid <> pg_backend_pid()`
	deadline := time.Now().Add(time.Minute)
	var taken []*pgx.Conn
	for left := 1; left > 0; { // connections of the writer
		if time.Now().After(deadline) {
			t.Fatalf("only %d connections could be taken", len(taken))
		}
		do(t, others, `SELECT pg_terminate_backend(pid)`+writers)
		for {
			c, err := pgx.Connect(t.Context(), address+"&application_name=other")
			if err != nil {
				break // there is none left
			}
			taken = append(taken, c)
		}
		left = number(t, others, `SELECT count(*)`+writers)
	}
	<-began
	for len(over) > 0 { // of outages before
		<-over
	}
	if _, err := postgres.Open(t.Context(), address, postgres.Exclusive); err == nil || !strings.Contains(err.Error(), "53300") {
		t.Errorf("there are connections left: %v", err)
	}
	for _, c := range taken {
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	<-over // the writer goes on
	stop()
	writing.Wait()
	wantOnce(t, db.Read(), written[0]+written[1]+written[2]+written[3])
}
