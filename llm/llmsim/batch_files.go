package llmsim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A file is what OpenAI's clients send questions in, and get answers in.
type file struct {
	id, owner, name, purpose string
	data                     []byte
	created                  time.Time // by the clients' calendar
}

// storeFile takes a file in and names it.
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

func (bs *batches) findFile(r *http.Request, id string) (*file, *failure) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if f := bs.files[id]; f != nil && f.data != nil && f.owner == keyOf(r) {
		return f, nil
	}
	return nil, &failure{status: http.StatusNotFound, of: "file", message: fmt.Sprintf("No such File object: %s", id)}
}

func (f *file) object() []byte {
	b, _ := json.Marshal(map[string]any{ // strings and numbers
		"id": f.id, "object": "file", "bytes": len(f.data), "created_at": f.created.Unix(), "filename": f.name, "purpose": f.purpose, "status": "processed",
	})
	return b
}

// maxFileSize bounds a file, in bytes; with it goes a little for the form.
const maxFileSize = 200 << 20

func (o openaiBatches) upload(r *http.Request) ([]byte, *failure) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxFileSize+1<<20)
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
		return nil, badRequest("the purpose %q is not served here: only batch is", f.purpose)
	case len(f.data) == 0:
		return nil, badRequest("the form has no file, or an empty one")
	}
	return o.storeFile(f).object(), nil
}

func (o openaiBatches) file(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	return f.object(), nil
}

func (o openaiBatches) content(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	return f.data, nil
}

func (o openaiBatches) remove(r *http.Request) ([]byte, *failure) {
	f, refused := o.findFile(r, r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.files[f.id] = &file{} // its name is not given again
	return fmt.Appendf(nil, `{"id":%q,"object":"file","deleted":true}`, f.id), nil
}
