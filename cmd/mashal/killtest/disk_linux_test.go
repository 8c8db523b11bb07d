package killtest

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A diskOp is one operation on the files of a folder, in the order in which the program
// made them.
type diskOp struct {
	kind string // write, truncate, sync, create, remove, rename, syncfolder, or ack
	path string // relative to the folder
	to   string // of a rename
	at   int64  // of a write; the size of a truncation
	data []byte // of a write; the text of an ack
}

var (
	traced  = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	resumed = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)
	hexText = regexp.MustCompile(`[<"]((?:\\x[0-9a-f]{2})+)[>"]`)
)

// traceFlags make strace write what readTrace reads.
var traceFlags = []string{
	"-f", "-y", "-qq", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", "signal=none",
	"-e", "trace=open,openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2",
}

// readTrace reads the operations on the files of a folder from a trace. Writes to
// the file acks are acknowledgements. A write counts from its beginning and a sync from its
// end, so that a write at the same time as a sync is not taken for synced.
func readTrace(t *testing.T, trace, folder, acks string) (ops []diskOp) {
	t.Helper()
	file, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	exists := map[string]bool{}
	begun := map[string]string{} // calls that have not ended, by thread
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		var name, args string
		ends := true
		if m := traced.FindStringSubmatch(line); m != nil {
			name, args = m[2], m[3]
			if strings.Contains(args, "<unfinished ...>") {
				ends, begun[m[1]] = false, args
			}
			if !ends && !strings.HasSuffix(name, "write") && name != "pwrite64" {
				continue
			}
		} else if m := resumed.FindStringSubmatch(line); m != nil {
			name, args = m[2], begun[m[1]]+m[3]
			if strings.HasSuffix(name, "write") || name == "pwrite64" {
				continue // it counted when it began
			}
		} else {
			continue
		}
		if ends && !strings.HasPrefix(name, "fsync") && strings.Contains(args, ") = -1 ") {
			continue
		}
		ops = append(ops, parseCall(t, name, args, folder, acks, exists)...)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return ops
}

// parseCall returns the operation of a system call, and none of those that are of other files.
func parseCall(t *testing.T, name, args, folder, acks string, exists map[string]bool) []diskOp {
	t.Helper()
	var texts [][]byte
	for _, m := range hexText.FindAllStringSubmatch(args, -1) {
		text, err := hex.DecodeString(strings.ReplaceAll(m[1], `\x`, ""))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	within := func(i int) (string, bool) {
		if i >= len(texts) {
			return "", false
		}
		path, err := filepath.Rel(folder, string(texts[i]))
		return path, err == nil && !strings.HasPrefix(path, "..")
	}
	number := func() int64 { // the last argument
		args, _, _ := strings.Cut(args[strings.LastIndexAny(args, `>"`)+1:], ")")
		n, err := strconv.ParseInt(strings.TrimSpace(args[strings.LastIndex(args, ",")+1:]), 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	if strings.HasPrefix(name, "rename") && len(texts) >= 2 { // the paths are in quotation marks, after those of folders
		quoted := regexp.MustCompile(`"((?:\\x[0-9a-f]{2})+)"`).FindAllStringSubmatch(args, -1)
		var paths []string
		for _, m := range quoted {
			text, _ := hex.DecodeString(strings.ReplaceAll(m[1], `\x`, ""))
			path, err := filepath.Rel(folder, string(text))
			if err != nil || strings.HasPrefix(path, "..") {
				return nil
			}
			paths = append(paths, path)
		}
		delete(exists, paths[0])
		exists[paths[1]] = true
		return []diskOp{{kind: "rename", path: paths[0], to: paths[1]}}
	}
	if name == "write" && len(texts) == 2 && string(texts[0]) == acks {
		return []diskOp{{kind: "ack", data: texts[1]}}
	}
	last := len(texts) - 1
	if strings.HasPrefix(name, "open") { // the result has the path too
		for i := range texts {
			if path, ok := within(i); ok && path != "." && strings.Contains(args, "O_CREAT") && !exists[path] {
				exists[path] = true
				return []diskOp{{kind: "create", path: path}}
			}
		}
		return nil
	}
	path, ok := within(0)
	if strings.HasPrefix(name, "unlink") {
		path, ok = within(last)
	}
	if !ok {
		return nil
	}
	switch name {
	case "pwrite64":
		before, _, _ := strings.Cut(args, " <unfinished")
		args = before
		return []diskOp{{kind: "write", path: path, at: number(), data: texts[1]}}
	case "ftruncate":
		return []diskOp{{kind: "truncate", path: path, at: number()}}
	case "fsync", "fdatasync":
		if path == "." {
			return []diskOp{{kind: "syncfolder"}}
		}
		return []diskOp{{kind: "sync", path: path}}
	case "unlink", "unlinkat":
		delete(exists, path)
		return []diskOp{{kind: "remove", path: path}}
	}
	return nil
}

// A disk is what a disk has of a folder: what is surely there, and what may be.
type disk struct {
	names   map[string]*inode // as the program sees them
	durable map[string]*inode
	changes []func(map[string]*inode) // of names, not yet durable
}

// An inode is a file.
type inode struct {
	durable []byte
	pending []diskOp // writes and truncations since the last sync
}

func newDisk() *disk { return &disk{names: map[string]*inode{}, durable: map[string]*inode{}} }

// apply makes an operation.
func (d *disk) apply(op diskOp) {
	change := func(fn func(map[string]*inode)) {
		fn(d.names)
		d.changes = append(d.changes, fn)
	}
	switch op.kind {
	case "create":
		file := &inode{}
		change(func(names map[string]*inode) { names[op.path] = file })
	case "remove":
		change(func(names map[string]*inode) { delete(names, op.path) })
	case "rename":
		if file := d.names[op.path]; file != nil {
			change(func(names map[string]*inode) { delete(names, op.path); names[op.to] = file })
		}
	case "write", "truncate":
		if file := d.names[op.path]; file != nil {
			file.pending = append(file.pending, op)
		}
	case "sync":
		if file := d.names[op.path]; file != nil {
			file.durable, file.pending = file.with(func(diskOp) []bool { return nil }), nil
		}
	case "syncfolder":
		d.durable, d.changes = maps.Clone(d.names), nil
	}
}

// sector is what a disk writes whole.
const sector = 512

// with returns the content with the pending operations. kept returns which sectors of a
// write have arrived; nil for all, an empty list for none.
func (f *inode) with(kept func(diskOp) []bool) []byte {
	content := slices.Clone(f.durable)
	for _, op := range f.pending {
		sectors := kept(op)
		if sectors != nil && !slices.Contains(sectors, true) {
			continue
		}
		end := op.at + int64(len(op.data))
		if op.kind == "truncate" {
			end = op.at
			content = content[:min(int64(len(content)), end)]
		}
		if grown := end - int64(len(content)); grown > 0 {
			content = append(content, make([]byte, grown)...)
		}
		for at := op.at; at < end && op.kind == "write"; at++ {
			if i := at/sector - op.at/sector; sectors == nil || sectors[i] {
				content[at] = op.data[at-op.at]
			}
		}
	}
	return content
}

// The ways in which a disk can lose what was not synced.
const (
	loseAll  = iota // nothing of it has arrived
	loseNone        // all of it has
	loseSome        // any sectors of any writes, and of the names the first ones
	ways
)

// write writes what the disk has after a loss of power into a folder.
func (d *disk) write(folder string, way int, random *rand.Rand) error {
	names := maps.Clone(d.durable)
	changes := d.changes
	switch way {
	case loseAll:
		changes = nil
	case loseSome:
		changes = changes[:random.IntN(len(changes)+1)]
	}
	for _, change := range changes {
		change(names)
	}
	for name, file := range names {
		if strings.HasSuffix(name, "-shm") || strings.Contains(name, string(filepath.Separator)) { // an index of the log in memory; reports
			continue
		}
		content := file.with(func(op diskOp) []bool {
			switch way {
			case loseAll:
				return []bool{}
			case loseNone:
				return nil
			}
			sectors := make([]bool, (op.at+int64(len(op.data)))/sector-op.at/sector+1)
			for i := range sectors {
				sectors[i] = random.IntN(2) == 0
			}
			return sectors
		})
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
