// Package simulate answers the prompts of package annotate in place of a model. Its
// figures come from the rules or from recorded answers; its verdicts are random.
// `mashal simulate` serves the answers through package llmsim.
package simulate
