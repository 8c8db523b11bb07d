//go:build unix

package command

import "golang.org/x/sys/unix"

// freeDisk returns the number of bytes that this user can still write to the disk
// of path.
func freeDisk(path string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
