package draw_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"mashal/draw"
)

// TestChartsOfMeasures checks that the charts are well-formed and say what they show.
func TestChartsOfMeasures(t *testing.T) {
	reliability := draw.Reliability{
		Stated: "stated", Observed: "observed",
		Points: []draw.ReliabilityPoint{{ChartMark: draw.ChartMark{Says: "stated <.83>, observed .74"}, Stated: .83, Observed: .74, Low: .7, High: .78, Share: .4}},
	}
	plot := draw.IntervalPlot{Low: -.2, Rows: []draw.IntervalRow{
		{Name: "simile", Text: ".89 (.87 to .91)", ChartMark: draw.ChartMark{Says: "simile & more"}, Value: .89, Low: .87, High: .91, Baseline: .3, HasBaseline: true},
		{Name: "other", Text: "not computable", None: true},
	}}
	for name, chart := range map[string]interface{ Draw(*draw.Drawing) }{"reliability": &reliability, "intervals": &plot} {
		var d draw.Drawing
		chart.Draw(&d)
		file := string(d.InFile(draw.Caption{Id: "c", Title: name, Lang: "en"}))
		decoder := xml.NewDecoder(strings.NewReader(file))
		for {
			_, err := decoder.Token()
			if err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
		}
		for _, want := range map[string][]string{"reliability": {"stated &lt;.83&gt;, observed .74"}, "intervals": {"simile &amp; more", ".89 (.87 to .91)", "not computable"}}[name] {
			if !strings.Contains(file, want) {
				t.Errorf("%s lacks %q: %s", name, want, file)
			}
		}
	}
}
