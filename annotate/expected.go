package annotate

// Measurements of the recorded chapters Ezekiel 21-30 in our form, in tokens of
// o200k_base without reasoning. Plans use them for models on which nothing was
// measured. TestTokens computes them.
const (
	// ExpectedShare is the share of verses that have figures.
	ExpectedShare = 0.8213
	// ExpectedDoubtful is the share of these that have a figure in doubt.
	ExpectedDoubtful = 0.5356
	// ExpectedFigures is the size of the English and the figures that a validator is
	// shown, and ExpectedVerdicts that of its answer, for each verse that has figures.
	ExpectedFigures  = 84.84
	ExpectedVerdicts = 27.43
	// ExpectedAnswer is the size of an answer for each verse asked for, of which
	// ExpectedDeliberation is the deliberation.
	ExpectedAnswer       = 177.3
	ExpectedDeliberation = 48.57
)
