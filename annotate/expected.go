package annotate

// What the recorded chapters Ezekiel 21-30 come to in our form, in tokens of
// o200k_base without reasoning, where nothing was measured of a model itself.
// The figures follow from TestTokens.
const (
	// ExpectedJudged is the share of verses that have figures.
	ExpectedJudged = 0.8213
	// ExpectedFigures is what the validator is shown, ExpectedVerdicts what it
	// answers, per verse that has figures.
	ExpectedFigures  = 86.1
	ExpectedVerdicts = 37.18
	// ExpectedAnswer is what a model answers per verse it is asked for.
	ExpectedAnswer = 205.2
)
