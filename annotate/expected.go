package annotate

// Measurements of the recorded chapters Ezekiel 21-30 in our form, in tokens of
// o200k_base without reasoning. Plans use them for models on which nothing was
// measured. TestTokens computes them.
const (
	// ExpectedShare is the share of verses that have figures.
	ExpectedShare = 0.8213
	// ExpectedFigures is the size of the figures that a validator is shown, and
	// ExpectedVerdicts that of its answer, for each verse that has figures.
	ExpectedFigures  = 86.1
	ExpectedVerdicts = 37.18
	// ExpectedAnswer is the size of an answer for each verse asked for.
	ExpectedAnswer = 205.2
)
