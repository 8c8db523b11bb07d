package plantest

// The objects that commands print with --json, as far as the tests compare them.
// docs/models.md and docs/events.md describe the fields.
type (
	plannedModel struct {
		Verses      int      `json:"verses"`
		ToValidate  int      `json:"to_validate"`
		AlreadyDone int      `json:"already_done"`
		Requests    int      `json:"requests"`
		Input       int64    `json:"input_tokens"`
		Cached      int64    `json:"cached_input_tokens"`
		Output      int64    `json:"output_tokens"`
		Cost        *float64 `json:"cost"`
		SpentBefore float64  `json:"spent_before"`
		Budget      *float64 `json:"budget"`
		Validation  struct {
			Input int64 `json:"input_tokens"`
		} `json:"validation"`
	}
	finishedEvent struct {
		Event       string         `json:"event"`
		Outcome     string         `json:"outcome"`
		Verses      map[string]int `json:"verses"`
		AlreadyDone int            `json:"already_done"`
		Figures     int            `json:"figures"`
		Validated   int            `json:"figures_validated"`
		Unvalidated int            `json:"verses_not_validated"`
		Requests    int            `json:"requests"`
		Input       int64          `json:"input_tokens"`
		Cached      int64          `json:"cached_input_tokens"`
		Output      int64          `json:"output_tokens"`
		Cost        float64        `json:"cost"`
	}
	sampleEvent struct {
		Event    string         `json:"event"`
		Passages int            `json:"passages"`
		Of       int            `json:"passages_of_selection"`
		Verses   int            `json:"verses"`
		OfVerses int            `json:"verses_of_selection"`
		Seed     uint64         `json:"seed"`
		Spent    float64        `json:"spent"`
		Cost     *estimateEvent `json:"cost"`
		Input    *estimateEvent `json:"input_tokens"`
		Output   *estimateEvent `json:"output_tokens"`
		Rates    []struct {
			Annotator string `json:"annotator"`
			Verses    int    `json:"verses"`
			Figures   int    `json:"figures"`
		} `json:"rates"`
	}
	estimateEvent struct {
		Total float64  `json:"total"`
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
	}
)
