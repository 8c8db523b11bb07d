// Package api answers programs in JSON below /api/v1. openapi.json describes it,
// and a test holds every address, parameter and answer to that description. The
// description is written by hand, because it is the contract and the code
// follows it.
package api
