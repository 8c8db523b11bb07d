package command

import "golang.org/x/sys/windows"

// freeDisk returns the number of bytes that this user can still write to the disk
// of path.
func freeDisk(path string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	return free, err
}
