//go:build !linux

package ledger_test

import "errors"

func startServer(_, _ string) (stop func(), err error) {
	return nil, errors.New("set MASHAL_TEST_POSTGRES to the address of a server")
}
