package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/report"
	"mashal/rules"
	"mashal/sqlite"
)

// finding is the result of one check.
type finding struct {
	Thing  string `json:"thing"`
	Health health `json:"health"`
	Says   string `json:"says"`
	Advice string `json:"advice,omitempty"`
}

// health states whether something has to be done about a finding.
type health string

const (
	well    health = "ok"
	unusual health = "note"
	ill     health = "bad"
)

func newDoctor(p *program) *cobra.Command {
	var asJSON bool
	model := modelFlags{timeout: doctorTimeout}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the data folder and the environment",
		Long: `Check versions, the data folder and the process that writes to it, the integrity
of both databases, the size of their write-ahead logs, what a migration of an older
ledger would do, the tags that no category of the vocabulary covers, free disk space,
and which API keys are set (never their values). It changes nothing.

With --annotator it also sends a small request to the model, and prints whether the
server can be reached and knows the model, and what it accepts. A server that refuses
a parameter is sent a few more (docs/models.md).`,
		Example: `  mashal doctor
  mashal doctor --annotator openai:llama3.1@http://127.0.0.1:11434/v1
  mashal doctor --json | jq '.[] | select(.health != "ok")'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if slices.Contains(localAnnotators, model.annotator) || (model.baseURL != "" || len(model.headers) > 0) && model.annotator == "" {
				return mashal.Usagef("--annotator openai:gpt-5.1", "no model is named")
			}
			if _, err := parseHeaders(model.headers); err != nil {
				return err
			}
			findings := p.examine(cmd.Context())
			if model.annotator != "" {
				findings = append(findings, p.examineModel(cmd.Context(), model))
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if err := p.printFindings(findings, asJSON); err != nil {
				return err
			}
			bad := 0
			for _, f := range findings {
				if f.Health == ill {
					bad++
				}
			}
			if bad > 0 {
				return &mashal.Error{Op: fmt.Sprintf("%d of %d things are not well", bad, len(findings))}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON list")
	cmd.Flags().StringVar(&model.annotator, "annotator", "", "`model` to send a small request to, named vendor:model")
	cmd.Flags().StringVar(&model.baseURL, "base-url", "", "`address` of its server, instead of the vendor's own")
	cmd.Flags().StringArrayVar(&model.headers, "header", nil, headerHelp)
	registerCompletion(cmd, "annotator", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeModels()[len(localAnnotators):], cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// doctorTimeout is the timeout for further text of the small request to a model.
// That for the first text is longer: a local server may have to load the model.
const doctorTimeout = 20 * time.Second

func (p *program) printFindings(findings []finding, asJSON bool) error {
	if asJSON {
		return p.printJSON(findings)
	}
	return p.table(func(w io.Writer) {
		for _, f := range findings {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Health, f.Thing, f.Says)
			if f.Advice != "" {
				fmt.Fprintf(w, "\t\t%s\n", f.Advice)
			}
		}
	})
}

func (p *program) examine(ctx context.Context) []finding {
	folder := report.Folder(p.dir)
	findings := []finding{
		{"program", well, thisBuild().String(), ""},
		examineText(),
		examineRules(),
		examineFolder(folder),
		examineHolder(folder),
	}
	findings = append(findings, p.examineLedger(ctx))
	findings = append(findings, examineConcordance(ctx, folder.Concordance())...)
	findings = append(findings, p.examineDifference(ctx)...)
	findings = append(findings, examinePermissions(folder)...)
	findings = append(findings, examineDisk(p.dir))
	return append(findings, p.examineKeys())
}

func examineText() finding {
	text, err := corpus.Open()
	if err != nil {
		return bad("text", err)
	}
	return finding{"text", well, text.Version(), ""}
}

func examineRules() finding {
	set, err := rules.Default()
	if err != nil {
		return bad("rules", err)
	}
	return finding{"rules", well, "version " + set.Annotator("").Identity().Version, ""}
}

// examineFolder checks whether the folder can be written. It creates a temporary
// file, because permissions do not show that a disk is full or read-only.
func examineFolder(folder report.Folder) finding {
	const thing = "data folder"
	dir := string(folder)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return finding{thing, unusual, dir + " does not exist yet", "The first mashal annotate creates it."}
	case err != nil:
		return bad(thing, err)
	case !info.IsDir():
		return finding{thing, ill, dir + " is not a folder", "Choose another with --dir FOLDER."}
	}
	probe, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return finding{thing, unusual, dir + " cannot be written: reading works, annotating does not", ""}
	}
	_, err = probe.Write(make([]byte, 4096))
	if err := errors.Join(err, probe.Close(), os.Remove(probe.Name())); err != nil {
		return bad(thing, err)
	}
	return finding{thing, well, dir + " can be written", ""}
}

func examineHolder(folder report.Folder) finding {
	holder, held, err := folder.Holder()
	switch {
	case err != nil:
		return bad("writer", err)
	case held:
		return finding{"writer", unusual, "the folder is being written by " + holder.String(), ""}
	}
	return finding{"writer", well, "no process is writing to the folder", ""}
}

// examineLedger opens the ledger as the commands that read it do, so that it
// finds what they would refuse. It does not migrate an older ledger.
func (p *program) examineLedger(ctx context.Context) finding {
	const thing = "ledger"
	where := p.ledger
	if where == "" {
		where = report.Folder(p.dir).Ledger()
		if _, err := os.Stat(where); errors.Is(err, fs.ErrNotExist) {
			return finding{thing, unusual, where + " does not exist yet", ""}
		}
	}
	l, err := ledger.OpenReadOnly(ctx, cmp.Or(p.ledgerAddress(), where))
	if errors.Is(err, ledger.ErrNone) {
		return finding{thing, unusual, where + " has no ledger yet", ""}
	}
	if err != nil {
		return bad(thing, err)
	}
	wal := l.WAL()
	missing := l.Missing()
	version, current := l.Version()
	if err := errors.Join(l.Check(ctx), l.Close()); err != nil {
		return bad(thing, err)
	}
	f := finding{thing, well, where + " answers", ""}
	if p.ledger == "" {
		f.Says = intact(where, wal)
	}
	if len(missing) > 0 {
		var steps []string
		for _, m := range missing {
			steps = append(steps, m.Name+" "+m.Summary)
		}
		f.Health = unusual
		f.Says += fmt.Sprintf("; its schema has version %d of %d", version, current)
		f.Advice = "It is read as it is. The next mashal annotate migrates it and keeps all data: " + strings.Join(steps, "; ") + "."
	}
	return f
}

// examineConcordance opens the concordance as the commands that read it do. It
// also lists the tags that the vocabulary does not cover.
func examineConcordance(ctx context.Context, path string) []finding {
	const thing = "concordance"
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return []finding{{thing, unusual, path + " does not exist yet", ""}}
	}
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return []finding{bad(thing, err)}
	}
	wal := c.WAL()
	tags, tagsErr := c.UnmappedTags(ctx, 10)
	version, current, versionErr := c.Version(ctx)
	if err := errors.Join(c.Check(ctx), tagsErr, versionErr, c.Close()); err != nil {
		return []finding{bad(thing, err)}
	}
	f := finding{thing, well, intact(path, wal), ""}
	if version < current {
		f.Health = unusual
		f.Says += fmt.Sprintf("; its schema has version %d of %d", version, current)
		f.Advice = "It is read as it is. The next mashal annotate or mashal build brings it to this version and keeps all data."
	}
	return []finding{f, examineTags(tags)}
}

// examineTags describes the tags that are in no category of the vocabulary.
func examineTags(t concordance.UnmappedTags) finding {
	f := finding{"tags", well, fmt.Sprintf("%s, %d of them in no category of the vocabulary", count(t.Tags, "tag"), t.Unmapped), ""}
	if t.Unmapped > 0 {
		examples := make([]string, len(t.Examples))
		for i, tag := range t.Examples {
			examples[i] = fmt.Sprintf("%s %q (%d)", tag.Side, shorten(tag.Specific), tag.Figures)
		}
		f.Advice = "They are found by their words, and charts count them as not named. The most frequent: " + strings.Join(examples, ", ") + "."
	}
	return f
}

// shorten returns at most the first 40 characters of a text.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// intact describes a database without faults.
func intact(path string, wal sqlite.WAL) string {
	return fmt.Sprintf("%s is intact; %s, write-ahead log %s", path, fileSize(path), bytesOf(wal.Bytes))
}

func examineDisk(dir string) finding {
	for { // the folder, or the existing folder above it
		_, err := os.Stat(dir)
		if err == nil || filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, err := freeDisk(dir)
	if err != nil {
		return bad("disk", err)
	}
	f := finding{"disk", well, bytesOf(int64(min(free, 1<<62))) + " free", ""}
	if free < 200e6 {
		f.Health, f.Advice = unusual, "A concordance of the whole Bible and its ledger need about 200 MB."
	}
	return f
}

// keys lists the environment variables with the API keys of vendors.
var keys = []string{"ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"}

func (p *program) examineKeys() finding {
	says := "none is set; offline annotation needs none"
	set := ""
	for _, name := range keys {
		if p.getenv(name) != "" {
			set += " " + name
		}
	}
	if set != "" {
		says = "set:" + set
	}
	return finding{"keys", well, says, ""}
}

func bad(thing string, err error) finding {
	return finding{thing, ill, err.Error(), hintOf(err)}
}

func fileSize(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "of unknown size"
	}
	return bytesOf(info.Size())
}

func bytesOf(n int64) string {
	switch {
	case n < 1e3:
		return fmt.Sprintf("%d bytes", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
