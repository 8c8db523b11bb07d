package postgres

import (
	"errors"
	"os"
	"strings"
	"syscall"
)

// processPlace returns the number of this process, and where that number is valid:
// a boot of a machine and a namespace of processes.
func processPlace() (place string, pid int) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", os.Getpid()
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "", os.Getpid()
	}
	return strings.TrimSpace(string(boot)) + " " + namespace, os.Getpid()
}

// isGone reports whether a process surely does not exist any longer.
func isGone(place string, pid int) bool {
	here, _ := processPlace()
	return place != "" && place == here && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
