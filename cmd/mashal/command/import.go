package command

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
	"mashal/tzafun"
)

// importCommand holds the flags of `mashal import`.
type importCommand struct {
	*program
	as string
}

func newImport(p *program) *cobra.Command {
	i := &importCommand{program: p}
	cmd := &cobra.Command{
		Use:   "import FOLDER",
		Short: "Import annotations made by Tzafun",
		Long: `Import the answers that Tzafun, the predecessor of this program, recorded: files
such as Ezekiel_21_20251224_222533.json, with one chapter each. If there are several
answers for a chapter, the latest sound object of each verse is used. Their figures
are grounded in the text and recorded in the ledger together with the answers, so
that mashal reparse can decode these again. Verses that no answer contains are
recorded as failed. Answers and verses have the time in the name of their file.
Importing the same files again gives the same; to fill what failed, import a folder
that has an answer for it, or annotate it with a model.`,
		Example: `  mashal import responses --as openai:gpt-5.1`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return mashal.Usagef("mashal import responses", "mashal import needs one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&i.as, "as", "tzafun", "the `name` of the annotator, such as that of the model")
	return cmd
}

func (i *importCommand) run(ctx context.Context, folder string) error {
	if strings.Contains(i.as, "://") {
		if _, err := llm.ParseModel(i.as); err != nil { // the name is recorded
			return mashal.Usagef("--as openai:gpt-5.1", "--as: %s", err)
		}
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	answers, err := tzafun.Open(folder, text)
	if err != nil {
		return err
	}
	importer, err := tzafun.NewImporter(i.as, text, answers)
	if err != nil {
		return err
	}
	command := append(slices.Clone(i.name), "import", folder, "--dir", i.dir, "--as", i.as)
	show := &lines{out: i.stdout, log: i.stderr}
	_, err = pipeline.Run(i.stop.work, pipeline.Config{
		Folder: report.Folder(i.dir), LedgerAt: i.ledgerAddress(), Text: text, Selection: importer.Selection(), Annotator: importer,
		Workers: 1, Version: thisBuild().Version, Settings: map[string]string{"text": text.Version(), "imports": folder},
		Command: command, RetryCommand: func(mashal.Selection) []string { return nil }, // the same files would fail in the same way
		Stop: ctx.Done(), Observe: show.Observe,
	})
	return errors.Join(err, show.Close())
}
