// Package commandtest runs commands of mashal in tests, in the process of the test or as a
// program of its own, with simulated models and servers that fail as they are told to.
package commandtest
