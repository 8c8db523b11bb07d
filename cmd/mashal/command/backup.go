package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/custody"
	"mashal/ledger"
	"mashal/report"
)

func newBackup(p *program) *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "backup [FILE]",
		Short: "Back up the ledger to a new file",
		Long: `Write the ledger as it is now to a new file, also while a run writes to it. Without
FILE it is backups/ledger-TIME.db in the data folder. The copy is verified, and gets
its name only when it is complete and on the disk. A file that exists is never
replaced. A ledger on a server becomes a file too, which mashal restore puts back.

The concordance is not copied, because mashal build makes it from the ledger. In a
folder that has a concordance and no ledger, the concordance is copied.`,
		Example: `  mashal backup
  mashal backup /media/usb/psalms.db
  mashal backup psalms.db --ledger postgres://me@localhost/mashal`,
		Args: atMostOne("mashal backup psalms.db"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.backup(cmd.Context(), args, quiet) },
	}
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "print errors only")
	return cmd
}

// atMostOne refuses more than one argument.
func atMostOne(hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return mashal.Usagef(hint, "%s takes one file, but was given %d", cmd.CommandPath(), len(args))
		}
		return nil
	}
}

func (p *program) backup(ctx context.Context, args []string, quiet bool) error {
	folder := report.Folder(p.dir)
	where, kind := cmp.Or(p.ledger, folder.Ledger()), custody.Ledger
	if p.ledger == "" && !exists(where) {
		if !exists(folder.Concordance()) {
			return p.mustExist(where, "ledger")
		}
		where, kind = folder.Concordance(), custody.Concordance
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	v := custody.Verifier{Text: text}
	var path string
	if len(args) > 0 {
		path = args[0]
	} else {
		path = filepath.Join(p.dir, "backups", fmt.Sprintf("%s-%s.db", kind, time.Now().UTC().Format("20060102T150405Z")))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return &mashal.Error{Op: "back up to " + path, Err: err, Hint: "Name a file in a folder that can be written."}
		}
	}
	var r *custody.Result
	if kind == custody.Ledger {
		r, err = v.Backup(ctx, where, path)
	} else {
		r, err = v.BackupConcordance(ctx, where, path)
	}
	if err != nil {
		return err
	}
	if !quiet || len(r.Problems) > 0 {
		said := "verified"
		if len(r.Problems) > 0 {
			said = "with " + count(len(r.Problems), "problem") + " that the original has too: " + report.ShellLine([]string{"mashal", "verify", path}) + " lists them"
		}
		if _, err := fmt.Fprintf(p.stdout, "%s is a copy of the %s (%s), %s\n", path, kind, fileSize(path), said); err != nil {
			return err
		}
	}
	if quiet {
		return custody.Damaged(r)
	}
	return errors.Join(p.sayDerived(ctx, kind), custody.Damaged(r))
}

// sayDerived says what a backup does not contain.
func (p *program) sayDerived(ctx context.Context, kind custody.Kind) error {
	if kind == custody.Concordance {
		_, err := fmt.Fprintln(p.stdout, "There is no ledger in the folder, so this is the record without requests, answers and costs.")
		return err
	}
	says := "The concordance is not in it: after mashal restore, mashal build makes it from the ledger"
	if current, err := concordance.CurrentRun(ctx, report.Folder(p.dir).Concordance()); err == nil && current != "" {
		says += "; its choice of current readings, which is not in the ledger, is --current " + current
	}
	_, err := fmt.Fprintln(p.stdout, says+".")
	return err
}

func newRestore(p *program) *cobra.Command {
	var accept bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the ledger, which is kept",
		Long: `Put a backup of the ledger in its place. The backup is verified first; one with
problems is refused unless --accept-problems is given. The present ledger is not
deleted: it is renamed to ledger.db.bak, ledger.db.2.bak and so on. The backup
itself is copied and stays. Run mashal build afterwards. A backup of a concordance is
put in the place of the concordance in the same way.

With --ledger, the backup is copied into an empty database of the server.`,
		Example: `  mashal restore mashal-data/backups/ledger-20261123T212655Z.db
  mashal build`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return mashal.Usagef("mashal restore mashal-data/backups/ledger-20261123T212655Z.db", "mashal restore needs one file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.restore(cmd.Context(), args[0], accept) },
	}
	cmd.Flags().BoolVar(&accept, "accept-problems", false, "restore a backup that verification finds problems in")
	return cmd
}

func (p *program) restore(ctx context.Context, path string, accept bool) (err error) {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	r, err := custody.Verifier{Text: text}.File(ctx, path)
	if err != nil {
		return err
	}
	if len(r.Problems) > 0 && (!accept || r.Kind == "") {
		return &mashal.Error{
			Op: "restore " + path, Err: fmt.Errorf("verification found %s; nothing was changed", count(len(r.Problems), "problem")),
			Hint: report.ShellLine([]string{"mashal", "verify", path}),
		}
	}
	if p.ledger != "" {
		if r.Kind != custody.Ledger {
			return mashal.Usagef("Name a backup of a ledger.", "%s is a %s", path, r.Kind)
		}
		if err := ledger.Restore(ctx, p.ledger, path); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "%s has the ledger of %s now; %s makes the concordance from it\n", p.ledgerPlace(), path, p.inFolder("build"))
		return err
	}
	folder := report.Folder(p.dir)
	to := folder.Ledger()
	if r.Kind == custody.Concordance {
		to = folder.Concordance()
	}
	if sameFile(path, to) {
		return mashal.Usagef("Name a backup.", "%s is the %s itself", path, r.Kind)
	}
	release, err := folder.Lock(append(slices.Clone(p.name), "restore", path, "--dir", p.dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	kept, err := custody.Restore(ctx, path, to)
	if err != nil {
		return err
	}
	if kept != "" {
		if _, err := fmt.Fprintf(p.stdout, "the %s that was there is kept as %s\n", r.Kind, kept); err != nil {
			return err
		}
	}
	next := ""
	if r.Kind == custody.Ledger {
		next = "; " + p.inFolder("build") + " makes the concordance from it"
		if d, err := p.difference(ctx); err == nil && d != nil && len(d.Lost) > 0 {
			next = fmt.Sprintf("; the concordance has %s that this ledger lacks or has in an older state, and stays as it is: mashal doctor names them", count(len(d.Lost), "reading"))
		}
	}
	_, err = fmt.Fprintf(p.stdout, "%s is a copy of %s now%s\n", to, path, next)
	return err
}

// sameFile reports whether two names are names of one file.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
