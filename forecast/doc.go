// Package forecast says before a run what it would ask of models, what that would
// cost and how long it would take: from the prompts themselves, from prices, and
// from what earlier runs measured.
package forecast
