package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/access"
	"mashal/llm/llmsim"
	"mashal/simulate"
)

// A simulateCommand holds the flags of `mashal simulate`.
type simulateCommand struct {
	*program
	listen   string
	anyone   bool
	scale    float64
	first    time.Duration
	rate     float64
	jitter   float64
	perEvent int64
	thinking int64
	batch    time.Duration
	limits   llmsim.Limits
	faults   string
	seed     uint64
	recorded string
	raw      bool
	log      string
}

func newSimulate(p *program) *cobra.Command {
	s := &simulateCommand{program: p}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Serve a simulated language model, to try and measure without a key",
		Long: `Serve a simulated language model on this machine until it is stopped. It implements
the protocols of OpenAI (Chat Completions and Responses), Anthropic and Gemini, with
streams, whole answers and batches, at the pace of a real model, with rate limits and
faults. Faults are reproducible: the same seed gives the same faults for the same
requests, in any order.

It answers the requests of annotate. Figures are those that the rules find, or with
--recorded those of recorded answers. Verdicts are random and have no meaning. All
times are in simulated time; --scale 60 makes a simulated minute last one second.
Every answer says in the name of its model that it is simulated (mashal-simulate/
gpt-5.1). What is annotated with it is of a kind of its own: never shown in place
of the work of a model or of rules, marked everywhere, and not citable. Try it in a
folder of its own, with --dir try. docs/simulator.md describes the answers, the faults and the log.`,
		Example: `  mashal simulate --scale 60 --first-token 60s --tokens-per-second 62
  mashal simulate --fault cut=0.2,overloaded=0.1 --seed 1 --log served.jsonl
  mashal simulate --requests-per-minute 50 --tokens-per-minute 40000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8089", "the `address` to serve on; port 0 takes a free one")
	flags.BoolVar(&s.anyone, "allow-remote", false, "serve on an address that other machines can reach, without checking keys")
	flags.Float64Var(&s.scale, "scale", 1, "how many times faster simulated time runs")
	flags.DurationVar(&s.first, "first-token", 0, "time from a request to the first token of its answer")
	flags.Float64Var(&s.rate, "tokens-per-second", 0, "speed of an answer; 0: no delay")
	flags.Float64Var(&s.jitter, "jitter", 0, "vary both times randomly by up to this share, 0 to 1")
	flags.Int64Var(&s.perEvent, "tokens-per-event", 0, "tokens in one event of a stream; 0: about as many as the vendor sends")
	flags.Int64Var(&s.thinking, "reasoning", 0, "reasoning `tokens` of each answer")
	flags.DurationVar(&s.batch, "batch-time", time.Hour, "time from the creation of a batch to its results")
	flags.Int64Var(&s.limits.Requests, "requests-per-minute", 0, "rate limit of a key in requests; 0: no limit")
	flags.Int64Var(&s.limits.Tokens, "tokens-per-minute", 0, "rate limit of a key in tokens; 0: no limit")
	flags.StringVar(&s.faults, "fault", "", "faults with their probabilities: `cut=0.2,overloaded=0.1`")
	flags.Uint64Var(&s.seed, "seed", 1, "seed of faults, jitter and verdicts")
	flags.StringVar(&s.recorded, "recorded", "", "answer with the figures of the recorded answers in a `folder`")
	flags.BoolVar(&s.raw, "raw", false, "send recorded answers unchanged")
	flags.StringVar(&s.log, "log", "", "append requests and answers to a `file`, one JSON object per line")
	registerCompletion(cmd, "fault", completeFaults)
	return cmd
}

func (s *simulateCommand) run(ctx context.Context) (err error) {
	if err := s.checkAddress(); err != nil {
		return err
	}
	if !(s.scale > 0 && s.scale <= 1e6) {
		return mashal.Usagef("--scale 60", "--scale %g is not between 0 and a million", s.scale)
	}
	faults, err := llmsim.ParseFaults(s.faults)
	if err != nil {
		return mashal.Usagef("--fault cut=0.2,overloaded=0.1", "--fault: %s", err)
	}
	answers, err := simulate.New(s.recorded, s.raw, s.seed)
	if err != nil {
		return err
	}
	var log io.Writer
	if s.log != "" {
		if err := checkLog(s.log); err != nil {
			return err
		}
		file, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("open the log: %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		log = file
	}
	server, err := llmsim.New(llmsim.Config{
		Answer: answers.Answer, Clock: llmsim.Scaled(s.scale), FirstToken: s.first, TokensPerSecond: s.rate, Jitter: s.jitter,
		TokensPerEvent: s.perEvent, Reasoning: s.thinking, BatchTime: s.batch, Limits: s.limits, Faults: faults, Seed: s.seed, Log: log,
	})
	if err != nil {
		return mashal.Usagef("mashal simulate --help", "%s", err)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("simulate a model: %w", err)
	}
	base := "http://" + ln.Addr().String()
	_, err = fmt.Fprintf(s.stdout, "Simulating a model on %s until stopped. Any key will do:\n"+
		"  mashal annotate Obadiah --dir try --annotator openai:gpt-5.1@%s/v1\n"+
		"or, for all vendors:\n"+
		"  OPENAI_API_KEY=simulated OPENAI_BASE_URL=%s/v1\n"+
		"  ANTHROPIC_API_KEY=simulated ANTHROPIC_BASE_URL=%s\n"+
		"  GEMINI_API_KEY=simulated GOOGLE_GEMINI_BASE_URL=%s\n", base, base, base, base, base)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	return server.Serve(ctx, ln)
}

// checkLog returns an error if a file exists, is not empty, and does not begin as a log of
// the simulator: lines would be appended to it. A device, such as /dev/stderr, is accepted.
func checkLog(path string) error {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil // opening it says what is wrong
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if llmsim.IsLog(file) {
		return nil
	}
	return mashal.Usagef("Give the log a name of its own, such as --log served.jsonl.", "%s exists and is no log of mashal simulate: nothing is appended to it", path)
}

// checkAddress refuses an address that other machines can reach unless
// --allow-remote is given.
func (s *simulateCommand) checkAddress() error {
	loopback, err := access.ListensOnLoopback(s.listen)
	if err != nil {
		return mashal.Usagef("--listen 127.0.0.1:8089", "--listen %s", err)
	}
	if s.anyone || loopback {
		return nil
	}
	return mashal.Usagef("--listen 127.0.0.1:8089, or --allow-remote",
		"--listen %s can be reached by other machines, and keys are not checked", s.listen)
}

// completeFaults completes the names of faults in a list separated by commas.
func completeFaults(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	names := append([]llmsim.Fault{"all", "service", "stream", "model", "damage", "batch"}, append(llmsim.FaultNames(), llmsim.ServerFaultNames()...)...)
	offers := make([]cobra.Completion, len(names))
	for i, name := range names {
		offers[i] = before + string(name) + "="
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
