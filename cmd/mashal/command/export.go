package command

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
	states  []string // of verses
	options export.Options
	format  string
	out     string
	url     string // public address of the explorer
	force   bool
	flags   *pflag.FlagSet // as given

	simulated bool            // also if the figures are simulated
	notes     strings.Builder // whose figures they are, and what was not annotated
	quality   string          // how good the annotators of the figures are, if they were measured
}

func newExport(p *program) *cobra.Command {
	x := &exporter{program: p}
	cmd := &cobra.Command{
		Use:   "export SELECTION...",
		Short: "Write figures or verses as CSV, JSON Lines or Parquet",
		Long: `Write the figures of a selection to a file for other programs: CSV for spreadsheets,
JSON Lines, or Parquet for R, pandas and DuckDB. A row is a figure in its verse, in
both languages, with its types before and after verdicts, its tags and what found it.
With --verses a row is a verse, with figures or without: what was found in it, of which
types, and what its annotator says of it. A verse that a matcher has not marked is "not
marked" and its types are empty, not 0: nothing is known of it. The columns are the same
in all formats, and those of the explorer's downloads.

` + selectionHelp + `

The selection can be given with --in instead. The flags that select figures are those
of mashal search. With --verses, those on figures choose which figures of a verse are
counted; those on words, genres and periods choose the verses, and so does --state.

The file appears under its name once it is whole, and beside it a data dictionary, such
as figures.csv.datapackage.json: the meaning of each column, and the annotators with
their versions and measures. In CSV a text that a spreadsheet would change, as it makes
a date of 6-9, has an apostrophe before it. docs/exports.md has recipes for R, pandas
and Excel, docs/columns.md all columns.`,
		Example: `  mashal export all --out figures.parquet
  mashal export all --verses --out verses.csv
  mashal export Ezekiel 1-10 --type metaphor --format csv --bom --out ezekiel.csv
  mashal export Psalms --annotator rules --format jsonl | jq .citation`,
		Args:              x.checkArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return x.run(cmd.Context(), args) },
	}
	cmd.SetFlagErrorFunc(negativeNumber)
	x.add(p, cmd)
	flags := cmd.Flags()
	x.flags = flags
	flags.BoolVar(&x.options.Verses, "verses", false, "write a row for each verse")
	flags.StringSliceVar(&x.states, "state", nil, "with --verses: only verses in this `state`, or in one of several:\n"+strings.Join(texts(mashal.Outcomes), ", "))
	flags.StringVar(&x.format, "format", "", "the file `format`: csv, jsonl or parquet; taken from the name in --out, else csv")
	flags.StringVarP(&x.out, "out", "o", "", "the `file` to write; standard output by default")
	flags.BoolVar(&x.force, "force", false, "replace the file if it exists")
	flags.StringVar(&x.url, "url", "", "the public `address` of the explorer, for the data dictionary")
	flags.StringVar(&x.order, "order", string(index.ByCanon), "the `order` of rows: canon, book, confidence, hebrew, vehicle or date;\nof verses: canon, book or date")
	flags.BoolVar(&x.options.Traditional, "traditional", false, "write ה׳ and \"the LORD\" for the divine names")
	flags.BoolVar(&x.options.BOM, "bom", false, "begin CSV with a byte order mark, so that Excel reads UTF-8")
	flags.BoolVar(&x.simulated, "simulated", false, "export figures of a simulated model too; their annotator is marked in each row")
	registerCompletion(cmd, "format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "url", cobra.NoFileCompletions)
	registerCompletion(cmd, "state", cobra.FixedCompletions(texts(mashal.Outcomes), cobra.ShellCompDirectiveNoFileComp))
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
	if err := x.options.CheckOrder(); err != nil {
		return none, err
	}
	x.filter.Outcomes = valuesOf[mashal.Outcome](x.states)
	if len(x.states) > 0 && !x.options.Verses {
		return none, mashal.Usagef("Add --verses.", "--state chooses verses, not figures")
	}
	if address, err := url.Parse(x.url); x.url != "" && (err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https") {
		return none, mashal.Usagef("--url https://example.org/mashal", "%q is not the address of a web site", x.url)
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
		extension := strings.ToLower(filepath.Ext(x.out))
		for _, f := range export.Formats {
			if slices.Contains(f.Extensions, extension) {
				name = f.Name
			}
		}
	}
	if name == "" && x.out == "" {
		name = export.Formats[0].Name
	}
	i := slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == name })
	switch {
	case i >= 0:
		return export.Formats[i], checkExtension(x.out, export.Formats[i])
	case x.format == "":
		return export.Format{}, mashal.Usagef("--format csv", "the extension of %s is not a format: use %s", x.out, strings.Join(formatNames(), ", "))
	}
	return export.Format{}, mashal.Usagef("--format csv", "unknown format %q; the formats are %s", x.format, strings.Join(formatNames(), ", "))
}

// tableExtensions are the extensions of files of tables and of archives beside those of
// export.Formats.
var tableExtensions = strings.Fields(".tsv .tab .json .xls .xlsx .ods .html .gz .zip .zst .feather .arrow .rds")

// checkExtension returns an error if the extension of a file is that of another format.
func checkExtension(name string, format export.Format) error {
	extension := strings.ToLower(filepath.Ext(name))
	if slices.Contains(format.Extensions, extension) {
		return nil
	}
	other := slices.ContainsFunc(export.Formats, func(f export.Format) bool { return slices.Contains(f.Extensions, extension) })
	if !other && !slices.Contains(tableExtensions, extension) {
		return nil
	}
	return mashal.Usagef("--out "+strings.TrimSuffix(name, filepath.Ext(name))+format.Extensions[0],
		"%s would be a %s file under the name of another format", name, format.Name)
}

// write writes the rows of the current concordance. It calls begin for the
// writer, and again if the concordance changes meanwhile: then begin must discard
// what was written. It calls end, unless it is nil, when all rows are written.
func (x *exporter) write(ctx context.Context, reader *index.Reader, format export.Format, begin func() (io.Writer, error), end func(m *index.Matches, rows int) error) (rows int, err error) {
	err = reader.View(ctx, func(s *index.Snapshot) error {
		m, err := s.Match(ctx, x.filter)
		if err == nil && !x.options.Verses { // a verse that was not annotated is a row too
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
		x.noteAnnotators(&x.notes, m)
		x.noteLacking(&x.notes, m)
		if rows, err = format.Write(ctx, w, m, x.options); err != nil || end == nil {
			return err
		}
		return end(m, rows)
	})
	return rows, err
}

// toOutput writes the rows to standard output. It fails if the concordance
// changes meanwhile.
func (x *exporter) toOutput(ctx context.Context, reader *index.Reader, format export.Format) error {
	begun := false
	out := bufio.NewWriter(x.stdout)
	rows, err := x.write(ctx, reader, format, func() (io.Writer, error) {
		if begun {
			return nil, &mashal.Error{
				Op: "write the " + x.options.Table().Name, Err: errors.New("a run changed the concordance meanwhile, so the output is incomplete"),
				Hint: "Write to a file with --out: then the export starts again.",
			}
		}
		begun = true
		return out, nil
	}, nil)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	if rows == 0 {
		fmt.Fprintf(x.stderr, "no %s matches\n", x.noun())
	}
	fmt.Fprint(x.stderr, x.notes.String())
	return nil
}

// noun returns the word for what a row is.
func (x *exporter) noun() string {
	if x.options.Verses {
		return "verse"
	}
	return "figure"
}

// toFile writes the rows to --out and the data dictionary beside it. Both are replaced when
// both are complete.
func (x *exporter) toFile(ctx context.Context, reader *index.Reader, format export.Format) error {
	path := followLinks(x.out)
	dictionaryPath := path + export.DictionarySuffix
	if err := x.checkReplaceable(path, dictionaryPath, format); err != nil {
		return err
	}
	rows, err := x.writeFiles(ctx, reader, format, path, dictionaryPath)
	if _, explained := errors.AsType[*mashal.Error](err); err != nil && !explained {
		return &mashal.Error{Op: "write " + x.out, Err: err, Hint: "Name a file in an existing folder that you can write to."}
	} else if err != nil {
		return err
	}
	fmt.Fprintf(x.stderr, "%s of %s written to %s\n", count(rows, x.noun()), x.filter.Selection, x.out)
	fmt.Fprintf(x.stderr, "columns and annotators described in %s\n", dictionaryPath)
	fmt.Fprint(x.stderr, x.notes.String())
	if x.quality != "" {
		fmt.Fprintln(x.stderr, x.quality)
	}
	return nil
}

// checkReplaceable returns an error if a file exists that must not be replaced: a database or
// another file of the data folder, a data dictionary of another program, or, without --force,
// any file but a data dictionary.
func (x *exporter) checkReplaceable(path, dictionaryPath string, format export.Format) error {
	for _, name := range []string{x.out, dictionaryPath} {
		if err := x.checkNoDatabase(name); err != nil {
			return err
		}
	}
	described, err := isDictionary(dictionaryPath)
	if err != nil {
		return err
	}
	if !described { // else it is replaced, also if its table was moved
		if _, err := os.Lstat(dictionaryPath); err == nil { // it can be a link to nothing
			return mashal.Usagef("Move it, or give the export another name with --out.", "%s exists and is no data dictionary that mashal wrote: it is not replaced", dictionaryPath)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return &mashal.Error{Op: "write " + dictionaryPath, Err: err}
		}
	}
	_, err = os.Lstat(x.out) // it can be a link to nothing
	exists := err == nil
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return &mashal.Error{Op: "write " + x.out, Err: err}
	case exists && !x.force:
		return mashal.Usagef("--force, or another name with --out", "%s exists", x.out)
	}
	// In the data folder, only a table that has its dictionary beside it is not Mashal's own.
	if _, err := os.Stat(path); x.inDataFolder(path) && (err == nil && !described || !slices.Contains(format.Extensions, strings.ToLower(filepath.Ext(path)))) {
		return mashal.Usagef("Write it outside the data folder.", "%s is a file of the data folder %s: it is not replaced", x.out, x.dir)
	}
	return nil
}

// isDictionary reports whether a file is a data dictionary that mashal wrote.
func isDictionary(path string) (bool, error) {
	const enough = 8 << 20 // bytes
	content, exists, err := beginning(path, enough)
	if err != nil {
		return false, &mashal.Error{Code: mashal.Usage, Op: "write " + path, Err: err}
	}
	return exists && export.IsDictionary(content), nil
}

// writeFiles writes the rows and the data dictionary.
func (x *exporter) writeFiles(ctx context.Context, reader *index.Reader, format export.Format, path, dictionaryPath string) (rows int, err error) {
	err = replaceFiles([]string{path, dictionaryPath}, func(files []*os.File) error {
		data, dictionary := files[0], files[1]
		digest := sha256.New()
		out := bufio.NewWriterSize(nil, 1<<16)
		var written countingWriter
		rows, err = x.write(ctx, reader, format, func() (io.Writer, error) {
			digest.Reset()
			written = 0
			out.Reset(io.MultiWriter(data, digest, &written))
			return out, errors.Join(restart(data), restart(dictionary))
		}, func(m *index.Matches, rows int) error {
			if err := out.Flush(); err != nil {
				return err
			}
			described, err := format.Dictionary(ctx, m, x.options, export.File{
				Path: filepath.Base(path), Rows: rows, Bytes: int64(written), SHA256: hex.EncodeToString(digest.Sum(nil)),
				Address: x.url, Conditions: conditionsOf(x.flags, &x.filter),
			})
			if err == nil {
				_, err = dictionary.Write(described)
			}
			return err
		})
		return err
	})
	return rows, err
}

// restart empties a file.
func restart(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// A countingWriter counts the bytes that are written to it.
type countingWriter int64

func (c *countingWriter) Write(p []byte) (int, error) {
	*c += countingWriter(len(p))
	return len(p), nil
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
				_, err := format.Write(ctx, w, m, export.Options{Verses: o.Verses, Order: o.Order, Traditional: o.Traditional, BOM: o.BOM})
				return err
			},
		}
	}
	return list
}
