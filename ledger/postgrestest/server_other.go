//go:build !linux

package postgrestest

import "errors"

// startServer returns an error: a temporary server is supported on Linux only.
func startServer(_, _ string) (address string, stop func(), err error) {
	return "", nil, errors.New("a temporary server needs Linux; set MASHAL_TEST_POSTGRES to postgres://...")
}
