package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// A sourcePackage is a package that contains a source: the name of its file and the
// SHA-256 digest that the file must have.
type sourcePackage struct{ file, sha256 string }

var (
	morphhb     = sourcePackage{"morphhb-2.0.2.tgz", "018da8eb2db48fc89b17af2d944baae5749f373d38c6260aba2d089fb5c95244"}
	webText     = sourcePackage{"sword-text-web_426.0-1_all.deb", "930b23670b352f0829a306501de4bebb5e654a2df02cde2cbe86b802177868e1"}
	strongsDict = sourcePackage{"sword-dict-strongs-hebrew_3.0-1_all.deb", "614e272f6a4153a48cc9893f67d342564de98be23d824e7f8bc7678ca4938cfa"}
)

// textsName names the source texts in the file.
const textsName = "morphhb-2.0.2 sword-text-web-426.0-1"

// swordModule is the name of the World English Bible in the Debian package.
const swordModule = "engWEB2015eb"

// errUnavailable is returned if packages are missing and cannot be downloaded. The
// embedded file may still be correct.
var errUnavailable = errors.New("packages are missing")

// A cache is the folder that holds the packages and their unpacked files.
type cache string

// path joins the path of the folder and the elements.
func (c cache) path(elem ...string) string {
	return filepath.Join(append([]string{string(c)}, elem...)...)
}

// read returns the contents of a package. It returns errUnavailable if the package is
// missing, and an error if its digest is wrong.
func (c cache) read(p sourcePackage) ([]byte, error) {
	data, err := os.ReadFile(c.path(p.file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is not in %s", errUnavailable, p.file, c)
	}
	if err != nil {
		return nil, err
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != p.sha256 {
		return nil, fmt.Errorf("%s has the SHA-256 %s, not %s", c.path(p.file), sum, p.sha256)
	}
	return data, nil
}

// fetch downloads the missing packages with npm and apt-get. It needs no privileges.
func (c cache) fetch() error {
	if err := os.MkdirAll(string(c), 0o755); err != nil {
		return err
	}
	if _, err := c.read(morphhb); errors.Is(err, errUnavailable) {
		if err := c.run("npm", "pack", "--silent", "morphhb@2.0.2"); err != nil {
			return err
		}
	}
	if _, err := c.read(webText); errors.Is(err, errUnavailable) {
		if err := c.run("apt-get", "download", "sword-text-web=426.0-1"); err != nil {
			return err
		}
	}
	if _, err := c.read(strongsDict); errors.Is(err, errUnavailable) {
		if err := c.run("apt-get", "download", "sword-dict-strongs-hebrew=3.0-1"); err != nil {
			return err
		}
	}
	if c.mod2imp() != "" {
		return nil
	}
	names, err := missing("libsword-utils")
	if err != nil {
		return err
	}
	return c.run("apt-get", append([]string{"download"}, names...)...)
}

// missing returns a Debian package and its dependencies, without those that are
// installed.
func missing(name string) ([]string, error) {
	out, err := exec.Command("apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests",
		"--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", name).Output()
	if err != nil {
		return nil, fmt.Errorf("%w, and apt-cache cannot find %s: %w", errUnavailable, name, err)
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "<") {
			continue
		}
		status, err := exec.Command("dpkg-query", "-W", "-f", "${Status}", line).Output()
		if err != nil || !strings.HasSuffix(string(status), " installed") {
			names = append(names, line)
		}
	}
	return names, nil
}

// run runs a command in the folder. It returns errUnavailable if the command fails.
func (c cache) run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = string(c)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w, and %s %s cannot download them: %w\n%s", errUnavailable, name, strings.Join(args, " "), err, out)
	}
	return nil
}

// mod2imp returns the path of the program that reads SWORD modules: the installed one,
// or the one in the folder. It returns "" if there is none.
func (c cache) mod2imp() string {
	if installed, err := exec.LookPath("mod2imp"); err == nil {
		return installed
	}
	if debs, _ := filepath.Glob(c.path("libsword-utils_*.deb")); len(debs) == 0 {
		return ""
	}
	return c.path("sword", "usr", "bin", "mod2imp")
}

// unpack unpacks the Debian packages and returns the folder.
func (c cache) unpack() (string, error) {
	debs, err := filepath.Glob(c.path("*.deb"))
	if err != nil {
		return "", err
	}
	root := c.path("sword")
	for _, deb := range debs {
		if out, err := exec.Command("dpkg", "-x", deb, root).CombinedOutput(); err != nil {
			return "", fmt.Errorf("unpack %s: %w\n%s", deb, err, out)
		}
	}
	return root, nil
}

// english unpacks the Debian packages and returns the output of mod2imp for the World
// English Bible.
func (c cache) english() (io.Reader, error) {
	if _, err := c.read(webText); err != nil {
		return nil, err
	}
	program := c.mod2imp()
	if program == "" {
		return nil, fmt.Errorf("%w: the program mod2imp (Debian package libsword-utils) is missing", errUnavailable)
	}
	root, err := c.unpack()
	if err != nil {
		return nil, err
	}
	libraries, err := filepath.Glob(filepath.Join(root, "usr", "lib", "*-linux-*"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, swordModule)
	cmd.Env = append(os.Environ(), "SWORD_PATH="+filepath.Join(root, "usr", "share", "sword"),
		"LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", program, swordModule, err)
	}
	return bytes.NewReader(out), nil
}

// hebrew returns the files of the Hebrew text, by name.
func (c cache) hebrew() (map[string][]byte, error) {
	data, err := c.read(morphhb)
	if err != nil {
		return nil, err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", morphhb.file, err)
		}
		if path.Dir(header.Name) != "package/wlc" {
			continue
		}
		if files[path.Base(header.Name)], err = io.ReadAll(archive); err != nil {
			return nil, fmt.Errorf("read %s: %w", header.Name, err)
		}
	}
}
