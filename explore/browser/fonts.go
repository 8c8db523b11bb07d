package browser

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A FontSet is a set of fonts and fontconfig rules that a browser is started
// with, so that the fonts of the machine do not decide a test. Only Chromium
// for Linux asks fontconfig; elsewhere all sets give the fonts of the system.
type FontSet struct {
	Name     string
	packages []string // Debian packages of the files
	files    []string // patterns of names of font files; each must match one
	rules    bool     // whether the rules of the distribution apply
}

var (
	dejavuAndLiberation = []string{"DejaVu*.ttf", "Liberation*.ttf"}

	// plainDebian is the default: what a Debian without chosen fonts has.
	plainDebian = FontSet{
		Name: "DejaVu and Liberation", packages: []string{"fonts-dejavu-core", "fonts-liberation"},
		files: dejavuAndLiberation, rules: true,
	}
	fontSets = []FontSet{
		plainDebian,
		{
			Name: "DejaVu and Liberation, no rules", packages: plainDebian.packages,
			files: dejavuAndLiberation,
		},
		{
			Name: "Noto", packages: []string{"fonts-noto-core", "fonts-noto-mono"},
			files: []string{
				"NotoSans-*.ttf", "NotoSerif-*.ttf", "NotoSansHebrew-*.ttf", "NotoSerifHebrew-*.ttf",
				"NotoSansMono-*.ttf", "NotoSansSymbols-*.ttf", "NotoSansSymbols2-*.ttf", "NotoSansMath-*.ttf",
			},
			rules: true,
		},
	}
)

// fontDirs are the folders that are searched for fonts, and ruleDir is the
// folder of fontconfig's rules.
var fontDirs = []string{"/usr/share/fonts", "/usr/local/share/fonts"}

const ruleDir = "/etc/fonts/conf.d"

// localRules are the rules that a user or an administrator adds.
var localRules = []string{"50-user.conf", "51-local.conf"}

// MachineFonts are the fonts of the machine, with its own configuration.
var MachineFonts = FontSet{Name: "the machine's"}

// DefaultFonts returns plainDebian, or the fonts of the machine if those of
// plainDebian are not installed.
func DefaultFonts() FontSet {
	if _, err := startBrowser(plainDebian); errors.Is(err, errNoFonts) {
		return MachineFonts
	}
	return plainDebian
}

// Configurable reports whether a browser can be given the fonts of the set.
func (f FontSet) Configurable() bool { return len(f.files) > 0 && runtime.GOOS == "linux" }

// errNoFonts reports that the files of a FontSet are not installed.
var errNoFonts = errors.New("no fonts")

// configure writes a fontconfig configuration of the set into dir and returns
// its path. It returns an error that wraps errNoFonts if a file is missing.
func (f FontSet) configure(dir string) (string, error) {
	fonts := filepath.Join(dir, "fonts")
	if err := os.Mkdir(fonts, 0o777); err != nil {
		return "", err
	}
	missing := slices.Clone(f.files)
	for _, root := range fontDirs {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && entry.IsDir() {
				return nil
			}
			if err != nil {
				return err
			}
			is := func(pattern string) bool {
				ok, err := path.Match(pattern, entry.Name())
				return ok && err == nil
			}
			if !slices.ContainsFunc(f.files, is) {
				return nil
			}
			missing = slices.DeleteFunc(missing, is)
			if err := os.Symlink(file, filepath.Join(fonts, entry.Name())); !errors.Is(err, fs.ErrExist) {
				return err
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("%w %s: run tools/install %s", errNoFonts, strings.Join(missing, ", "), strings.Join(f.packages, " "))
	}
	var config strings.Builder
	config.WriteString("<?xml version=\"1.0\"?>\n<fontconfig>\n")
	element := func(name, value string) {
		fmt.Fprintf(&config, "<%s>", name)
		_ = xml.EscapeText(&config, []byte(value)) // a strings.Builder never fails
		fmt.Fprintf(&config, "</%s>\n", name)
	}
	element("dir", fonts)
	element("cachedir", filepath.Join(dir, "cache"))
	if f.rules {
		rules, err := filepath.Glob(filepath.Join(ruleDir, "*.conf"))
		if err != nil {
			return "", err
		}
		if len(rules) == 0 {
			return "", fmt.Errorf("%w: fontconfig has no rules in %s: run tools/install %s", errNoFonts, ruleDir, strings.Join(f.packages, " "))
		}
		for _, rule := range rules {
			if !slices.Contains(localRules, filepath.Base(rule)) {
				element("include", rule)
			}
		}
	}
	config.WriteString("</fontconfig>\n")
	file := filepath.Join(dir, "fonts.conf")
	return file, os.WriteFile(file, []byte(config.String()), 0o666)
}

// EachFontSet runs a test with each set of fonts, each in a browser of its own
// and beside the others. A set that is not installed is skipped by name.
func EachFontSet(t *testing.T, test func(t *testing.T, fonts FontSet)) {
	for _, fonts := range fontSets {
		t.Run(fonts.Name, func(t *testing.T) {
			t.Parallel()
			if !fonts.Configurable() && fonts.Name != plainDebian.Name {
				t.Skip("Chromium asks fontconfig for fonts on Linux only")
			}
			if _, err := startBrowser(fonts); errors.Is(err, errNoFonts) && fonts.Name == plainDebian.Name && os.Getenv("MASHAL_NO_SKIP") == "" {
				t.Logf("%v; until then the fonts of the machine are used", err)
				fonts = MachineFonts
			}
			test(t, fonts)
		})
	}
}
