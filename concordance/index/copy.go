package index

import "context"

// CopyTo writes a compact copy of the file that the snapshot was read from, as
// it is now, to a path at which nothing may be yet. Writers go on meanwhile.
func (s *Snapshot) CopyTo(ctx context.Context, path string) error {
	return s.file.Concordance.CopyTo(ctx, path)
}
