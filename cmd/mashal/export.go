package main

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
	"mashal/explore"
	"mashal/export"
	"mashal/reference"
)

// An exporter is the flags of `mashal export`.
type exporter struct {
	*program
	flags   filterFlags
	filter  index.Filter
	order   string
	options export.Options
	format  string
	out     string
	force   bool
}

func newExport(p *program) *cobra.Command {
	x := &exporter{program: p}
	cmd := &cobra.Command{
		Use:   "export SELECTION...",
		Short: "Write figures as CSV, JSON Lines or Parquet",
		Long: `Write the figures of a selection to a file for other programs: CSV for spreadsheets,
JSON Lines, or Parquet for R, pandas and DuckDB. Each row is one figure with its verse
in both languages, its types before and after verdicts, its tags and its annotator.
All formats have the same columns, which are also those of the explorer's downloads.

` + selectionHelp + `

The selection may be given with --in instead. The flags that choose figures are those
of mashal search.

The file appears under its name when it is complete. In CSV, a text that a spreadsheet
would evaluate as a formula begins with an apostrophe.`,
		Example: `  mashal export all --out figures.parquet
  mashal export Ezekiel 1-10 --type metaphor --format csv --bom --out ezekiel.csv
  mashal export Psalms --annotator rules --format jsonl | jq .citation`,
		Args:              x.checkArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return x.run(cmd.Context(), args) },
	}
	cmd.SetFlagErrorFunc(negativeNumber)
	x.flags.register(p, cmd)
	flags := cmd.Flags()
	flags.StringVar(&x.format, "format", "", "the file `format`: csv, jsonl or parquet; by default the extension of --out,\nor csv without --out")
	flags.StringVarP(&x.out, "out", "o", "", "the `file` to write; by default standard output")
	flags.BoolVar(&x.force, "force", false, "replace the file if it exists")
	flags.StringVar(&x.order, "order", string(index.ByCanon), "the `order` of rows: canon, book, confidence, hebrew, vehicle or date")
	flags.BoolVar(&x.options.Traditional, "traditional", false, "alter the divine names: ה׳ and \"the LORD\"")
	flags.BoolVar(&x.options.BOM, "bom", false, "begin CSV with a byte order mark, so that Excel reads it as UTF-8")
	registerCompletion(cmd, "format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "order", cobra.FixedCompletions(texts(index.Orders), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// checkArguments accepts a selection either as arguments or with --in.
func (x *exporter) checkArguments(cmd *cobra.Command, args []string) error {
	switch {
	case x.flags.in == "":
		return selectionArguments(cmd, args)
	case len(args) > 0:
		return mashal.Usagef("Give the selection either as arguments or with --in.", "the selection is given twice")
	}
	return nil
}

func (x *exporter) run(ctx context.Context, args []string) error {
	format, err := x.prepare(args)
	if err != nil {
		return err
	}
	if x.out == "" {
		return x.toOutput(ctx, format)
	}
	return x.toFile(ctx, format)
}

// prepare parses the flags and checks that they fit together.
func (x *exporter) prepare(args []string) (format export.Format, err error) {
	if x.ledger != "" {
		return format, mashal.Usagef("mashal export --dir FOLDER", "export reads the concordance in the data folder, not the ledger that --ledger names")
	}
	if x.filter, err = x.flags.parse(); err != nil {
		return format, err
	}
	if len(args) > 0 {
		if x.filter.Selection, err = reference.ParseSelection(args); err != nil {
			return format, err
		}
	}
	x.options.Order = index.Order(x.order)
	if !slices.Contains(index.Orders, x.options.Order) {
		return format, mashal.Usagef("--order "+string(index.ByCanon), "unknown order %q; the orders are %s", x.order, strings.Join(texts(index.Orders), ", "))
	}
	if format, err = x.fileFormat(); err != nil {
		return format, err
	}
	switch _, _, isTerminal := terminalSize(x.stdout); {
	case x.options.BOM && format.Name != "csv":
		return format, mashal.Usagef("--format csv", "--bom is for CSV, not for %s", format.Name)
	case x.out == "" && format.Name == "parquet" && isTerminal:
		return format, mashal.Usagef("--out figures.parquet", "Parquet is a binary format, which a terminal cannot show")
	}
	return format, nil
}

// fileFormat returns the format given by --format or by the extension of
// --out.
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
		return export.Format{}, mashal.Usagef("--format csv", "the name %s does not say in which format to write it: %s", x.out, strings.Join(formatNames(), ", "))
	}
	return export.Format{}, mashal.Usagef("--format csv", "unknown format %q; the formats are %s", x.format, strings.Join(formatNames(), ", "))
}

// write writes the figures to the writer that begin returns. If a run replaces
// a reading meanwhile, it calls begin again for an empty one and starts anew.
func (x *exporter) write(ctx context.Context, format export.Format, begin func() (io.Writer, error)) (rows int, err error) {
	err = x.match(ctx, x.filter, func(m *index.Matches) error {
		w, err := begin()
		if err != nil {
			return err
		}
		rows, err = format.Write(ctx, w, m, x.options)
		return err
	})
	return rows, err
}

// toOutput writes to standard output. It fails if a reading is replaced
// meanwhile, because output cannot be taken back.
func (x *exporter) toOutput(ctx context.Context, format export.Format) error {
	begun := false
	out := bufio.NewWriter(x.stdout)
	rows, err := x.write(ctx, format, func() (io.Writer, error) {
		if begun {
			return nil, &mashal.Error{
				Op: "write the figures", Err: errors.New("a run changed the concordance meanwhile, so the output is incomplete"),
				Hint: "Write to a file with --out, which starts again by itself.",
			}
		}
		begun = true
		return out, nil
	})
	if err == nil {
		err = out.Flush()
	}
	if err == nil && rows == 0 {
		fmt.Fprintln(x.stderr, "no figures found")
	}
	return err
}

// toFile writes to a temporary file in the same folder and renames it when it
// is complete.
func (x *exporter) toFile(ctx context.Context, format export.Format) (err error) {
	op := "write " + x.out
	if _, err := os.Lstat(x.out); err == nil && !x.force {
		return mashal.Usagef("--force, or another name with --out", "%s exists", x.out)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &mashal.Error{Op: op, Err: err}
	}
	file, err := os.CreateTemp(filepath.Dir(x.out), ".mashal-export-*")
	if err != nil {
		return &mashal.Error{Op: op, Err: err, Hint: "Choose a file in an existing folder that is writable."}
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	out := bufio.NewWriterSize(file, 1<<16)
	rows, err := x.write(ctx, format, func() (io.Writer, error) {
		if err := file.Truncate(0); err != nil {
			return nil, err
		}
		_, err := file.Seek(0, io.SeekStart)
		out.Reset(file)
		return out, err
	})
	for _, step := range []func() error{out.Flush, func() error { return file.Chmod(0o644) }, file.Sync, file.Close} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), x.out); err != nil {
		return &mashal.Error{Op: op, Err: err}
	}
	fmt.Fprintf(x.stderr, "%s of %s written to %s\n", count(rows, "figure"), x.filter.Selection, x.out)
	return nil
}

func formatNames() []string {
	names := make([]string, len(export.Formats))
	for i, f := range export.Formats {
		names[i] = f.Name
	}
	return names
}

// exports returns the formats for the explorer's downloads.
func exports() []explore.Export {
	list := make([]explore.Export, len(export.Formats))
	for i, format := range export.Formats {
		list[i] = explore.Export{
			Name: format.Name, ContentType: format.ContentType,
			Write: func(ctx context.Context, w io.Writer, m *index.Matches, o explore.ExportOptions) error {
				_, err := format.Write(ctx, w, m, export.Options{Order: o.Order, Traditional: o.Traditional, BOM: o.BOM})
				return err
			},
		}
	}
	return list
}
