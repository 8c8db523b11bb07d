package rules

// Rules returns the rules in the order of the file.
func (s *Set) Rules() []*rule { return s.rules }
