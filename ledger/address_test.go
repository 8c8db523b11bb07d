package ledger_test

import (
	"strings"
	"testing"

	"mashal"
	"mashal/ledger"
)

func TestAddressesOfServers(t *testing.T) {
	tests := map[string]string{ // what is said against it
		"postgres://me@db.example.org:5432/mashal":                                            "",
		"postgresql://db.example.org/mashal?sslmode=require":                                  "",
		"postgres://me@a:5432,b:5433/mashal?target_session_attrs=read-write&pool=transaction": "",
		"postgres://me@db.example.org/mashal?passfile=%2Fhome%2Fme%2Fpass":                    "",
		"postgres://me@db.example.org/mashal?pool=statement":                                  "pool=statement is unknown",
		"postgres://me@db.example.org/mashal?pool_max_conns=1":                                "too few",
		"postgres://me@db.example.org/mashal?pass%77ord=hunter2":                              "there is a password in it",
		"postgres://me@db.example.org/mashal?passwd=hunter2":                                  "there is a password in it",
		"postgres://me:hun/ter2@db.example.org/mashal":                                        "there is a password in it",
		"postgres://me@/mashal?host=%2Fvar%2Frun%2Fpostgresql":                                "",
		"postgres://me:hunter2@db.example.org/mashal":                                         "there is a password in it",
		"postgres://me:@db.example.org/hunter2":                                               "there is a password in it",
		"postgres://me@db.example.org/mashal?password=hunter2":                                "there is a password in it",
		"postgres://db.example.org/mashal?sslpassword=hunter2":                                "there is a password in it",
		"postgres://me:hunter2@[db.example.org/mashal":                                        "it is not a URL",
		"postgres://me:hunter2%@db.example.org/mashal":                                        "it is not a URL",
		"me:hunter2@db.example.org/mashal":                                                    "it does not begin with postgres://",
		"host=db.example.org password=hunter2 dbname=mashal":                                  "it does not begin with postgres://",
		"ledger.db": "it does not begin with postgres://",
		"":          "it does not begin with postgres://",
	}
	for address, says := range tests {
		err := ledger.CheckServer(address)
		if says == "" {
			if err != nil {
				t.Errorf("%s: %v", address, err)
			}
			continue
		}
		wantError(t, err, mashal.Usage, says)
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the message has the password: %v", address, err)
		}
	}
}
