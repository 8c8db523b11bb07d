package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// fixedIn has the version in which the latest advisory known for a module is fixed. The
// database of govulncheck is not within reach everywhere; CONTRIBUTING.md says how this
// list is kept.
var fixedIn = map[string]string{
	"github.com/jackc/pgx/v5":                                         "v5.9.2",  // CVE-2026-41889, CVE-2026-33815, CVE-2026-33816
	"github.com/tidwall/gjson":                                        "v1.9.3",  // CVE-2021-42836
	"go.opentelemetry.io/otel":                                        "v1.44.0", // CVE-2026-41178
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace":               "v1.45.0", // CVE-2026-81870
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp": "v1.45.0", // CVE-2026-81870, CVE-2026-39883
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc": "v1.45.0", // CVE-2026-81870
	"go.opentelemetry.io/otel/sdk":                                    "v1.43.0", // CVE-2026-24051, CVE-2026-39883
	"golang.org/x/crypto":                                             "v0.56.0", // GO-2026-6354, GO-2026-6355
	"golang.org/x/net":                                                "v0.55.0", // GO-2026-5026
	"golang.org/x/text":                                               "v0.3.8",  // CVE-2022-32149
	"google.golang.org/grpc":                                          "v1.79.3", // CVE-2026-33186
	"google.golang.org/protobuf":                                      "v1.33.0", // CVE-2024-24786
}

// standardLibrary is the release in which the latest advisories known for the standard
// library are fixed: GO-2026-6218 (net/url), 6091 (html/template), 6090 (crypto/tls), 6089
// and 5026 (net/http), 5972 (encoding/asn1). go.mod names it or a later one as its toolchain,
// which the go command downloads if the installed one is older, unless GOTOOLCHAIN=local.
const standardLibrary = "1.26.6"

// TestAdvisories checks that no module of the program has a version with a known fault, nor
// has the standard library of the toolchain that go.mod names.
func TestAdvisories(t *testing.T) {
	for _, module := range []string{"", "tools", "llm/sdktest"} {
		content, err := os.ReadFile(filepath.Join("../../..", module, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindSubmatch(content); m == nil || before("v"+string(m[1]), "v"+standardLibrary) {
			t.Errorf("the go.mod of %q names the toolchain %q; %s mends known faults", module, m, standardLibrary)
		}
	}
	if ours := strings.TrimPrefix(runtime.Version(), "go"); before("v"+ours, "v"+standardLibrary) {
		t.Logf("this program is made by Go %s, whose standard library has known faults: unset GOTOOLCHAIN", ours)
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "mashal/cmd/mashal").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		module, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		if fixed, ok := fixedIn[module]; ok && before(version, fixed) {
			t.Errorf("%s %s has a known fault that %s mends", module, version, fixed)
		}
	}
	if !before("v1.9.3", "v1.10.0") || !before("v5.9.2-rc1", "v5.9.2") || before("v5.12.0", "v5.9.2") || before("v1.0.0", "v1.0.0") {
		t.Error("versions are not compared as they should be")
	}
}

// before reports whether a version comes before another one.
func before(a, b string) bool {
	var x, y [3]int
	if _, err := fmt.Sscanf(a, "v%d.%d.%d", &x[0], &x[1], &x[2]); err != nil {
		return true // not a version: look at it
	}
	if _, err := fmt.Sscanf(b, "v%d.%d.%d", &y[0], &y[1], &y[2]); err != nil {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return strings.Contains(a, "-") && !strings.Contains(b, "-")
}
