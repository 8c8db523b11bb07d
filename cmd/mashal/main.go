// Command mashal builds and reads a concordance of figurative language in the
// Hebrew Bible. `mashal help` lists its commands.
package main

import (
	"context"
	"os"

	"mashal/cmd/mashal/command"
)

func main() {
	os.Exit(command.Main(context.Background()))
}
