package command

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mashal/ledger/postgrestest"
)

var update = flag.Bool("update", false, "write what is generated instead of comparing it")

func TestMain(m *testing.M) {
	testscript.Main(withServer{m}, map[string]func(){"stubborn": stubborn})
}

// withServer stops the PostgreSQL server if a test has started one.
type withServer struct{ *testing.M }

func (m withServer) Run() int { return postgrestest.Main(m.M.Run) }
