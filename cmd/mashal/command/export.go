package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"

	"mashal/concordance/index"

	"mashal/explore/web"
	"mashal/export"
)

// An exporter holds the flags of `mashal export`.
type exporter struct {
	*program
	figureFilter
	order   string
	options export.Options
	format  string
	out     string
	force   bool

	simulated bool            // also if the figures are simulated
	notes     strings.Builder // whose figures they are, and what was not annotated
	quality   string          // how good the annotators of the figures are, if they were measured
}

func newExport(p *program) *cobra.Command {
	x := &exporter{program: p}
	cmd := &cobra.Command{
		Use:   "export SELECTION...",
		Short: "Write figures as CSV, JSON Lines or Parquet",
		Long: `Write the figures of a selection to a file for other programs: CSV for spreadsheets,
JSON Lines, or Parquet for R, pandas and DuckDB. A row is a figure in its verse, in
both languages, with its types before and after verdicts, its tags and what found it.
The columns are the same in all formats, and those of the explorer's downloads.

` + selectionHelp + `

The selection can be given with --in instead. The flags that select figures are those
of mashal search.

The file appears under its name once it is whole. In CSV a text that a spreadsheet
would take for a formula has an apostrophe before it.`,
		Example: `  mashal export all --out figures.parquet
  mashal export Ezekiel 1-10 --type metaphor --format csv --bom --out ezekiel.csv
  mashal export Psalms --annotator rules --format jsonl | jq .citation`,
		Args:              x.checkArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return x.run(cmd.Context(), args) },
	}
	cmd.SetFlagErrorFunc(negativeNumber)
	x.add(p, cmd)
	flags := cmd.Flags()
	flags.StringVar(&x.format, "format", "", "the file `format`: csv, jsonl or parquet; taken from the name in --out, else csv")
	flags.StringVarP(&x.out, "out", "o", "", "the `file` to write; standard output by default")
	flags.BoolVar(&x.force, "force", false, "replace the file if it exists")
	flags.StringVar(&x.order, "order", string(index.ByCanon), "the `order` of rows: canon, book, confidence, hebrew, vehicle or date")
	flags.BoolVar(&x.options.Traditional, "traditional", false, "write ה׳ and \"the LORD\" for the divine names")
	flags.BoolVar(&x.options.BOM, "bom", false, "begin CSV with a byte order mark, so that Excel reads UTF-8")
	flags.BoolVar(&x.simulated, "simulated", false, "export figures of a simulated model too; their annotator is marked in each row")
	registerCompletion(cmd, "format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "order", cobra.FixedCompletions(texts(index.Orders), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// checkArguments accepts a selection either as arguments or with --in.
func (x *exporter) checkArguments(cmd *cobra.Command, args []string) error {
	switch {
	case x.in == "":
		return selectionArguments(cmd, args)
	case len(args) > 0:
		return mashal.Usagef("Give the selection either as arguments or with --in.", "the selection is given twice")
	}
	return nil
}

func (x *exporter) run(ctx context.Context, args []string) (err error) {
	format, err := x.prepare(args)
	if err != nil {
		return err
	}
	return x.withConcordance(ctx, "export", &x.filter, func(reader *index.Reader) error {
		if x.out == "" {
			return x.toOutput(ctx, reader, format)
		}
		return x.toFile(ctx, reader, format)
	})
}

// prepare checks the flags and completes the filter. It returns the format of the
// file.
func (x *exporter) prepare(args []string) (export.Format, error) {
	var none export.Format
	if err := x.read(x.program); err != nil {
		return none, err
	}
	if len(args) > 0 {
		selection, err := x.selection(args, false)
		if err != nil {
			return none, err
		}
		x.filter.Selection = selection
	}
	x.options.Order = index.Order(x.order)
	if !slices.Contains(index.Orders, x.options.Order) {
		return none, mashal.Usagef("--order "+string(index.ByCanon), "unknown order %q; the orders are %s", x.order, strings.Join(texts(index.Orders), ", "))
	}
	format, err := x.fileFormat()
	if err != nil {
		return none, err
	}
	switch _, _, isTerminal := terminalSize(x.stdout); {
	case x.options.BOM && format.Name != "csv":
		return none, mashal.Usagef("--format csv", "--bom is only for CSV, not for %s", format.Name)
	case x.out == "" && format.Name == "parquet" && isTerminal:
		return none, mashal.Usagef("--out figures.parquet", "Parquet is a binary format: write it to a file")
	}
	return format, nil
}

// fileFormat returns the format that --format names or, without it, that of the
// extension of --out.
func (x *exporter) fileFormat() (export.Format, error) {
	name := strings.ToLower(x.format)
	if name == "" {
		name = strings.TrimPrefix(strings.ToLower(filepath.Ext(x.out)), ".")
	}
	if name == "" && x.out == "" {
		name = export.Formats[0].Name
	}
	i := slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == name })
	switch {
	case i >= 0:
		return export.Formats[i], nil
	case x.format == "":
		return export.Format{}, mashal.Usagef("--format csv", "the extension of %s is not a format: use %s", x.out, strings.Join(formatNames(), ", "))
	}
	return export.Format{}, mashal.Usagef("--format csv", "unknown format %q; the formats are %s", x.format, strings.Join(formatNames(), ", "))
}

// write writes the figures of the current concordance. It calls begin for the
// writer, and again if the concordance changes meanwhile: then begin must discard
// what was written.
func (x *exporter) write(ctx context.Context, reader *index.Reader, format export.Format, begin func() (io.Writer, error)) (rows int, err error) {
	err = reader.View(ctx, func(s *index.Snapshot) error {
		m, err := s.Match(ctx, x.filter)
		if err == nil {
			err = x.checkCoverage(ctx, m)
		}
		if err != nil {
			return err
		}
		if m.Simulated() && !x.simulated {
			return mashal.Usagef("mashal export … --simulated", "these figures are simulated: no model has read the text, so they are exported only if that is asked for")
		}
		w, err := begin()
		if err != nil {
			return err
		}
		x.quality = export.Quality(m)
		x.notes.Reset()
		x.noteCoverage(&x.notes, m)
		rows, err = format.Write(ctx, w, m, x.options)
		return err
	})
	return rows, err
}

// toOutput writes the figures to standard output. It fails if the concordance
// changes meanwhile.
func (x *exporter) toOutput(ctx context.Context, reader *index.Reader, format export.Format) error {
	begun := false
	out := bufio.NewWriter(x.stdout)
	rows, err := x.write(ctx, reader, format, func() (io.Writer, error) {
		if begun {
			return nil, &mashal.Error{
				Op: "write the figures", Err: errors.New("a run changed the concordance meanwhile, so the output is incomplete"),
				Hint: "Write to a file with --out: then the export starts again.",
			}
		}
		begun = true
		return out, nil
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	if rows == 0 {
		fmt.Fprintln(x.stderr, "no figure matches")
	}
	fmt.Fprint(x.stderr, x.notes.String())
	return nil
}

// toFile writes the figures to --out, which is replaced when they are complete.
func (x *exporter) toFile(ctx context.Context, reader *index.Reader, format export.Format) error {
	if err := x.checkNoDatabase(x.out); err != nil {
		return err
	}
	if _, err := os.Lstat(x.out); err == nil && !x.force {
		return mashal.Usagef("--force, or another name with --out", "%s exists", x.out)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &mashal.Error{Op: "write " + x.out, Err: err}
	}
	rows := 0
	err := replaceFile(x.out, func(file *os.File) (err error) {
		out := bufio.NewWriterSize(file, 1<<16)
		rows, err = x.write(ctx, reader, format, func() (io.Writer, error) {
			if err := file.Truncate(0); err != nil {
				return nil, err
			}
			_, err := file.Seek(0, io.SeekStart)
			out.Reset(file)
			return out, err
		})
		return errors.Join(err, out.Flush())
	})
	if _, explained := errors.AsType[*mashal.Error](err); err != nil && !explained {
		return &mashal.Error{Op: "write " + x.out, Err: err, Hint: "Name a file in an existing folder that you can write to."}
	} else if err != nil {
		return err
	}
	fmt.Fprintf(x.stderr, "%s of %s written to %s\n", count(rows, "figure"), x.filter.Selection, x.out)
	fmt.Fprint(x.stderr, x.notes.String())
	if x.quality != "" {
		fmt.Fprintln(x.stderr, x.quality)
	}
	return nil
}

// formatNames returns the names of the export formats.
func formatNames() []string {
	names := make([]string, len(export.Formats))
	for i, f := range export.Formats {
		names[i] = f.Name
	}
	return names
}

// exports returns the export formats for the explorer, which does not import
// package export.
func exports() []web.Export {
	list := make([]web.Export, len(export.Formats))
	for i, format := range export.Formats {
		list[i] = web.Export{
			Name: format.Name, ContentType: format.ContentType,
			Write: func(ctx context.Context, w io.Writer, m *index.Matches, o web.ExportOptions) error {
				_, err := format.Write(ctx, w, m, export.Options{Order: o.Order, Traditional: o.Traditional, BOM: o.BOM})
				return err
			},
		}
	}
	return list
}
