package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/access"
	"mashal/explore"
	"mashal/explore/decide"
	"mashal/explore/web"
	"mashal/report"
)

// An explorer holds the flags of `mashal explore`.
type explorer struct {
	*program
	watchFlags
	listen    string
	url       string // the public address; "" if it is unknown
	public    bool
	noBrowser bool
	record    bool   // show the record also if public
	review    bool   // figures can be decided
	by        string // signs decisions without a token
	token     string // where the token is: @env:VARIABLE or @file:PATH
}

// exploreAddress is the address that the explorer serves on unless --listen is given.
const exploreAddress = "127.0.0.1:8090"

func newExplore(p *program) *cobra.Command {
	x := &explorer{program: p}
	cmd := &cobra.Command{
		Use:   "explore",
		Short: "Read the concordance in a browser",
		Long: `Serve the concordance in the data folder as pages for a browser, and open them:
reading, finding, and how each figure was made. Without --review it only reads. It works without a
network, and shows what a run adds while it goes on. Every state of a page is an
address that can be kept and sent.

The runs, and what was said in each call to a model, are in the ledger, ledger.db
in the data folder unless --ledger names a server. A concordance can be read
without one.

--metrics-addr serves metrics on an address of its own, which --public does not open
(docs/watching.md).

Only this machine is answered, unless --public says that all who can reach the
address may read everything in the concordance. Runs, commands, prompts and answers
are then shown only with --show-record. With --token, clients need a token: browsers
ask for it once, programs send it as "Authorization: Bearer TOKEN". Ctrl-C ends it.

With --review, reviewers decide on figures in the pages (docs/review.md). On this machine
decisions are signed by --by or, if nobody has a token, by the user of this process. Other
reviewers sign in with the tokens that mashal review add printed. An address that other
machines can reach needs such tokens, and --url https:// of a proxy. No run can write to
the data folder meanwhile.`,
		Example: `  mashal explore
  mashal explore --dir mashal-data --listen 127.0.0.1:0 --no-browser
  mashal explore --listen 0.0.0.0:8090 --public
  mashal explore --listen 0.0.0.0:8090 --public --token @env:EXPLORER_TOKEN
  mashal explore --no-browser --url https://mashal.example
  mashal explore --review --by "Ada Lovelace"`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return x.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&x.listen, "listen", exploreAddress, "the `address` to serve on; port 0 takes a free one")
	flags.StringVar(&x.url, "url", "", "the public `address` of the explorer, such as https://mashal.example of a proxy:\ncitations and the description of the API name it, and requests for its host\nare answered")
	flags.BoolVar(&x.public, "public", false, "serve on an address that other machines can reach: everyone can read\nthe concordance")
	flags.StringVar(&x.token, "token", "", "what clients need, such as a long random text: `@env:VARIABLE` or @file:PATH, so\nthat other users of the machine do not see it")
	flags.BoolVar(&x.record, "show-record", false, "show the runs, with their commands, prompts, answers and costs, also with --public")
	flags.BoolVar(&x.review, "review", false, "reviewers can decide on figures; takes the lock of the data folder")
	flags.StringVar(&x.by, "by", "", "with --review, the `name` that signs all decisions, without a token")
	x.watchFlags.define(flags)
	flags.BoolVar(&x.noBrowser, "no-browser", false, "only print the address")
	return cmd
}

// savedQueries returns the saved searches without entries that are not valid; mashal query list names
// these.
func (x *explorer) savedQueries() ([]report.SavedQuery, error) {
	list, _, err := report.Folder(x.dir).ReadSavedQueries()
	return list, err
}

func (x *explorer) run(ctx context.Context) (err error) {
	loopback, err := access.ListensOnLoopback(x.listen)
	switch {
	case err != nil:
		return mashal.Usagef("--listen 127.0.0.1:8090", "--listen %s", err)
	case !loopback && !x.public:
		return mashal.Usagef("--listen 127.0.0.1:8090, or --public", "--listen %s can be reached by other machines, which could then read the whole concordance", x.listen)
	}
	watching, err := x.watchFlags.open(ctx, x.program)
	if err != nil {
		return err
	}
	defer closeWatch(watching, &err)
	token, err := x.readToken(x.token, "EXPLORER_TOKEN")
	if err != nil {
		return err
	}
	stayModest()
	path := report.Folder(x.dir).Concordance()
	logger := x.log
	if logger == nil {
		logger = slog.New(newMessageHandler(x.stderr))
	}
	record := &ledgerRecord{program: x.program}
	defer func() { err = errors.Join(err, record.Close()) }()
	reviews, closeReviews, err := x.openReviews(ctx, loopback)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeReviews()) }()
	server, err := explore.New(ctx, web.Options{
		Reviews: reviews, Concordance: path, Program: thisBuild().String(), Record: record, Public: x.public, Exports: exports(),
		ShowRecord: x.record, Token: token, Log: logger, BaseURL: x.url, Saved: x.savedQueries,
		Answered: watching.answered(),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", x.listen)
	if err != nil {
		return &mashal.Error{Op: "serve the explorer", Err: err, Hint: "Take another port with --listen 127.0.0.1:0."}
	}
	url := "http://" + ln.Addr().String()
	fmt.Fprintf(x.stdout, "The concordance in %s is at %s until Ctrl-C.\n", x.dir, url)
	if x.public {
		x.say(x.publicNotice())
	}
	if office, ok := reviews.(*decide.Office); ok {
		x.say(reviewNotice(office))
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		x.say(fmt.Sprintf("there is no concordance in %s yet; it is shown as soon as mashal annotate has made one", x.dir))
	}
	if !x.noBrowser {
		x.openBrowser(ctx, url)
	}
	return server.Serve(ctx, ln)
}

// publicNotice says who can read what with --public.
func (x *explorer) publicNotice() string {
	readers, what := "everyone who can reach this address", "the concordance, but not the runs, prompts and answers (--show-record)"
	if x.token != "" {
		readers = "everyone who can reach this address and has the token"
	}
	if x.record {
		what = "all of it, also the prompts, answers and commands of runs"
	}
	if x.review {
		return "--public: " + readers + " can read " + what + "; reviewers with a token can decide"
	}
	return "--public: " + readers + " can read " + what + "; nothing can be changed from there"
}

// stayModest makes the garbage collector run when the heap has grown by half, not
// when it has doubled. Under load the explorer then needs a quarter less memory and
// 5 % more processor time. The environment variable GOGC overrides this.
func stayModest() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// openBrowser opens an address in the user's browser. A failure is only reported,
// because the address has been printed.
func (x *explorer) openBrowser(ctx context.Context, url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...)
	if err := cmd.Start(); err != nil {
		x.say(fmt.Sprintf("cannot open a browser (%s); open the address above", err))
		return
	}
	_ = cmd.Process.Release() // a failure does not matter: the address was printed
}
