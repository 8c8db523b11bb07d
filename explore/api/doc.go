// Package api answers programs in JSON below /api/v1. openapi.json describes the
// API; a test compares every address, parameter and answer with it. The description
// is written by hand, because it is the contract that the code follows.
package api
