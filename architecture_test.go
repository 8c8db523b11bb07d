package mashal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestArchitecture checks that docs/architecture.md lists every package and
// that each function on the way of one verse exists.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{"mashal": "."} // the last element of a path, and the path
	sources(t, func(pkg, _ string, _ []string) {
		if pkg != "." {
			packages[path.Base(pkg)] = pkg
			if !strings.Contains(string(text), "`"+pkg+"`") {
				t.Errorf("docs/architecture.md does not list package %s", pkg)
			}
		}
	})
	_, walk, _ := strings.Cut(string(text), "\n## The way of one verse\n")
	walk, _, _ = strings.Cut(walk, "\n## ")
	named := 0
	for line := range strings.Lines(walk) {
		columns := strings.Split(line, "|")
		if len(columns) < 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z]+)\\.([A-Za-z.]+)`").FindAllStringSubmatch(columns[2], -1) {
			named++
			folder, ok := packages[m[1]]
			if !ok {
				t.Errorf("docs/architecture.md names %s: there is no package %s", m[0], m[1])
			} else if !declared(t, folder, m[2]) {
				t.Errorf("docs/architecture.md names %s, which package %s does not declare", m[0], folder)
			}
		}
	}
	if named < 10 {
		t.Errorf("docs/architecture.md names %d functions on the way of one verse", named)
	}
}

// declared reports whether a package declares a function, type or method, given
// as Name or Type.Name.
func declared(t *testing.T, folder, name string) bool {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	receiver, method, isMethod := strings.Cut(name, ".")
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path.Join(folder, entry.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if !isMethod && d.Recv == nil && d.Name.Name == name || isMethod && d.Recv != nil && d.Name.Name == method && receiverName(d) == receiver {
					return true
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && !isMethod && s.Name.Name == name {
						return true
					}
				}
			}
		}
	}
	return false
}

// receiverName returns the name of a method's receiver type.
func receiverName(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	if p, ok := typ.(*ast.StarExpr); ok {
		typ = p.X
	}
	if g, ok := typ.(*ast.IndexExpr); ok {
		typ = g.X
	}
	name, _ := typ.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}
