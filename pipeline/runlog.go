package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mashal"
)

// A runLog is a run's run.log: its events with their times, a line each.
type runLog struct {
	file *os.File
	err  error // the first that befell it; told when it is closed
}

func openRunLog(dir string) (*runLog, error) {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(filepath.Join(dir, "run.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err == nil {
			return &runLog{file: file}, nil
		}
	}
	return nil, &mashal.Error{
		Op: "make a folder for the run's reports", Err: plainPathError(err),
		Hint: "Nothing was read. Make that place writable, or choose another folder with --dir FOLDER, and run the same command again.",
	}
}

func (l *runLog) write(e Event) {
	_, err := fmt.Fprintf(l.file, "%s %s\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), e)
	if l.err == nil && err != nil {
		l.err = fmt.Errorf("write the run's log: %w", plainPathError(err))
	}
}

func (l *runLog) Close() error {
	if err := l.file.Close(); l.err == nil && err != nil {
		return fmt.Errorf("close the run's log: %w", plainPathError(err))
	}
	return l.err
}
