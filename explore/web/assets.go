package web

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"mashal/fonts"
)

//go:embed static
var staticFiles embed.FS

// An assets holds the static files: one stylesheet, scripts, fonts and images. Their
// addresses contain a digest of all files, so browsers can cache them for ever and
// scripts can import each other by relative names.
type assets struct {
	digest string
	files  map[string]asset // by path below the digest: "mashal.css", "js/drawer.js"
}

type asset struct {
	contentType string
	body        []byte
}

var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

// newAssets reads the static files. It joins css/*.css in the order of their names
// into one stylesheet.
func newAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}}
	var sheet bytes.Buffer
	err := fs.WalkDir(mustSub(staticFiles, "static"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(path.Join("static", name))
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, "css/") {
			sheet.Write(body)
			return nil
		}
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("the content type of the static file %s is not known", name)
		}
		a.files[name] = asset{contentType, body}
		return nil
	})
	if err != nil {
		return nil, err
	}
	hebrew, err := fonts.Files.ReadFile("hebrew.woff2")
	if err != nil {
		return nil, err
	}
	a.files["fonts/hebrew.woff2"] = asset{contentTypes[".woff2"], hebrew}
	a.files["mashal.css"] = asset{contentTypes[".css"], sheet.Bytes()}
	a.digest, err = digest(staticFiles, fonts.Files)
	return a, err
}

// url returns the address of a file.
func (a *assets) url(name string) string { return "/static/" + a.digest + "/" + name }

// asset serves a static file.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	file, ok := s.assets.files[r.PathValue("name")]
	if !ok || r.PathValue("digest") != s.assets.digest {
		s.Fail(w, r, NotFound("There is no file at this address."))
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	writeWith(gzippedFile, w, r, file.contentType, http.StatusOK, file.body)
}
