//go:build race

package commandtest

const underRace = true
