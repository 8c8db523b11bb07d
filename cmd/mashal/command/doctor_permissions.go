package command

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"mashal/report"
)

// examinePermissions reports which files with prompts and answers other users of the
// machine can read: those that earlier versions have created, or that were made so on
// purpose. There is no finding if there are no such files.
func examinePermissions(folder report.Folder) []finding {
	if runtime.GOOS == "windows" { // which has access lists instead
		return nil
	}
	const others fs.FileMode = 0o077
	var wide, private []string
	look := func(path string, is func(fs.FileInfo) bool) {
		info, err := os.Stat(path)
		if err != nil || !is(info) {
			return
		}
		if info.Mode().Perm()&others != 0 {
			wide = append(wide, path)
		} else {
			private = append(private, path)
		}
	}
	file := func(info fs.FileInfo) bool { return info.Mode().IsRegular() }
	for _, end := range []string{"", "-wal", "-shm"} {
		look(folder.Ledger()+end, file)
	}
	runs := filepath.Dir(folder.Run("any"))
	look(runs, fs.FileInfo.IsDir)
	const thing = "permissions"
	switch {
	case len(wide) > 0:
		return []finding{{
			thing, unusual, fmt.Sprintf("other users of the machine can read %s", strings.Join(wide, ", ")),
			"Prompts and answers are there. If that is not intended: " + report.ShellLine(append([]string{"chmod", "go-rwx"}, wide...)),
		}}
	case len(private) > 0:
		return []finding{{thing, well, "only you can read the ledger and the reports of runs", ""}}
	}
	return nil
}
