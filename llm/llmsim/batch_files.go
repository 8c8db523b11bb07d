package llmsim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// file is a file of OpenAI's, which holds the requests or the answers of a batch.
type file struct {
	id, owner, name, purpose string
	data                     []byte
	created                  time.Time // the clients' time
	batch                    *batch    // whose results it has; nil for an input file
}

// storeFile stores a file under a new id.
func (bs *batches) storeFile(f *file) *file {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	f.created = time.Now()
	if f.id == "" {
		f.id = fmt.Sprintf("file-%012x", len(bs.files)+1)
	}
	bs.files[f.id] = f
	return f
}

// findFile returns the file with this id, if it belongs to the request's key.
func (bs *batches) findFile(r *http.Request, id string) (*file, *failure) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if f := bs.files[id]; f != nil && f.data != nil && f.owner == keyOf(r) {
		return f, nil
	}
	return nil, &failure{status: http.StatusNotFound, of: "file", message: fmt.Sprintf("No such File object: %s", id)}
}

// object formats the file as OpenAI does.
func (f *file) object() []byte {
	return marshal(map[string]any{
		"id": f.id, "object": "file", "bytes": len(f.data), "created_at": f.created.Unix(), "filename": f.name, "purpose": f.purpose, "status": "processed",
	})
}

// maxFileSize is the largest size of a file, in bytes.
const maxFileSize = 200 << 20

// upload handles the upload of a file as a multipart form.
func (o openaiBatches) upload(r *http.Request) ([]byte, *failure) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxFileSize+1<<20) // 1 MB for the rest of the form
	form, err := r.MultipartReader()
	if err != nil {
		return nil, badRequest("read the form: %s", err)
	}
	f := &file{owner: keyOf(r)}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		var data []byte
		if err == nil {
			data, err = io.ReadAll(part)
		}
		if err != nil {
			return nil, badRequest("read the form: %s", err)
		}
		switch part.FormName() {
		case "purpose":
			f.purpose = string(data)
		case "file":
			f.name, f.data = part.FileName(), data
		}
	}
	switch {
	case f.purpose != "batch":
		return nil, badRequest("unknown purpose %q; the simulator supports batch", f.purpose)
	case len(f.data) == 0:
		return nil, badRequest("the form has no file, or the file is empty")
	}
	return o.storeFile(f).object(), nil
}

// list handles the request for the files of the key, the latest first.
func (o openaiBatches) list(r *http.Request) ([]byte, *failure) {
	id := func(f *file) string { return f.id }
	files := o.filesOf(r)
	if purpose := query(r, "purpose"); purpose != "" {
		files = slices.DeleteFunc(files, func(f *file) bool { return f.purpose != purpose })
	}
	part, last := page(files, query(r, "limit"), 10_000, query(r, "after"), id)
	list := make([]json.RawMessage, len(part))
	for i, f := range part {
		list[i] = f.object()
	}
	first, end := firstLast(part, id)
	return marshal(map[string]any{"object": "list", "data": list, "has_more": !last, "first_id": first, "last_id": end}), nil
}

// filesOf returns the files of the request's key, the latest first.
func (bs *batches) filesOf(r *http.Request) []*file {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var all []*file
	for _, f := range bs.files {
		if f.data != nil && f.owner == keyOf(r) {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *file) int { return strings.Compare(b.id, a.id) })
	return all
}

// file handles the request for a file's description.
func (o openaiBatches) file(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	return f.object(), nil
}

// content handles the request for a file's content.
func (o openaiBatches) content(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	return f.content()
}

// content returns the content of a file as it is downloaded.
func (f *file) content() ([]byte, *failure) {
	if f.batch != nil {
		return f.batch.download(f.data)
	}
	return f.data, nil
}

// remove handles the deletion of a file.
func (o openaiBatches) remove(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	o.delete(f)
	return fmt.Appendf(nil, `{"id":%q,"object":"file","deleted":true}`, f.id), nil
}

// delete deletes a file. Its id is not used again.
func (bs *batches) delete(f *file) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.files[f.id] = &file{}
}
