//go:build !linux

package postgrestest

import "errors"

func startServer(_, _ string) (address string, stop func(), err error) {
	return "", nil, errors.New("set MASHAL_TEST_POSTGRES to the address of a server")
}
