package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal/llm"
	"mashal/report"
)

const (
	costsBegin = "<!-- costs: made by make verify UPDATE=-update -->\n"
	costsEnd   = "<!-- end of costs -->"
)

// TestDocsCosts holds the table of costs in docs/models.md to what plan says.
func TestDocsCosts(t *testing.T) {
	t.Parallel()
	const file = "../../../docs/models.md"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := bytes.Cut(doc, []byte(costsBegin))
	_, after, ended := bytes.Cut(rest, []byte(costsEnd))
	if !begun || !ended {
		t.Fatalf("%s has no place for the costs", file)
	}
	var table bytes.Buffer
	table.Write(before)
	table.WriteString(costsBegin)
	table.WriteString("| model | price of | a chapter: Ezekiel 24 | a book: Ezekiel | the Bible | the Bible, in batches |\n| --- | --- | --- | --- | --- | --- |\n")
	nowhere := t.TempDir()
	rows := map[string][]string{}
	var took []string
	for _, selection := range []string{"Ezekiel 24", "Ezekiel", "all", "all --batch"} {
		var plans []plannedModel
		var printed, stderr bytes.Buffer
		i := Invocation{
			Args:  append(append([]string{"plan"}, strings.Fields(selection)...), "--json", "--dir", nowhere),
			Stdin: strings.NewReader(""), Stdout: &printed, Stderr: &stderr, Getenv: func(string) string { return "" },
		}
		if code := i.Run(t.Context()); code != 0 {
			t.Fatalf("plan %s: exit code %d: %s", selection, code, &stderr)
		}
		if err := json.Unmarshal(printed.Bytes(), &plans); err != nil {
			t.Fatal(err)
		}
		for _, p := range plans {
			if rows[p.Annotator] == nil {
				rows[p.Annotator] = []string{"`" + p.Annotator + "`", p.PriceOf}
			}
			rows[p.Annotator] = append(rows[p.Annotator], dollarsOf(*p.Cost))
		}
		took = append(took, fmt.Sprintf("%s verses, %s requests, %s tokens in, %s out, about %s", report.Grouped(int64(plans[0].Verses)),
			report.Grouped(int64(plans[0].Requests)), report.Grouped(plans[0].Input), report.Grouped(plans[0].Output),
			about(time.Duration(plans[0].Seconds*float64(time.Second)))))
	}
	for _, name := range compared {
		fmt.Fprintf(&table, "| %s |\n", strings.Join(rows[name], " | "))
	}
	fmt.Fprintf(&table, "\n- the chapter: %s with 3 workers\n- the book: %s\n- the Bible: %s\n", took[0], took[1], took[2])
	table.WriteString(costsEnd)
	table.Write(after)
	current(t, file, table.Bytes())
}

// dollarsOf shows what is less than a dime to a tenth of a cent.
func dollarsOf(cost float64) string {
	if cost < .1 {
		return fmt.Sprintf("$%.3f", cost)
	}
	return fmt.Sprintf("$%.2f", cost)
}

// TestDocsPlan holds docs/models.md to the fields of a plan.
func TestDocsPlan(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n## Plans for programs\n")
	section, _, _ = strings.Cut(section, "\n## ")
	fields := map[string]bool{}
	var collect func(reflect.Type)
	collect = func(of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			if f.Anonymous {
				collect(f.Type)
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields[name] = true
		}
	}
	collect(reflect.TypeFor[plannedModel]())
	delete(fields, "book") // of a book alone
	for name := range fields {
		if !strings.Contains(section, "\n| `"+name+"` |") {
			t.Errorf("docs/models.md does not describe %s", name)
		}
	}
	if rows := strings.Count(section, "\n| `"); rows != len(fields) {
		t.Errorf("docs/models.md has %d fields of a plan, which has %d", rows, len(fields))
	}
}

// TestCompared: what is compared has a price.
func TestCompared(t *testing.T) {
	for _, name := range compared {
		m, err := llm.ParseModel(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := llm.DefaultPrices().Find(m.Vendor, m.Name, 0); !ok || !slices.Contains(namesOf(llm.DefaultPrices()), name) {
			t.Errorf("%s has no price", name)
		}
	}
}
