package charts

import (
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// A chart is a kind of chart.
type chart struct {
	name   string      // name in addresses
	title  web.Message // heading
	says   web.Message // how to read the chart
	params []string    // its parameters
	make   func(*chartMaker) *chartView
}

// charts lists the charts in the order of the page. Parameters of the same name
// mean the same in all charts.
var charts = []chart{
	{
		"flows", web.Msg("From targets to vehicles"),
		web.Msg("What is described, and as what. The width of a band is the number of its figures."),
		[]string{"level", "top"},
		(*chartMaker).flows,
	},
	{
		"atlas", web.Msg("Matrix of targets and vehicles"),
		web.Msg("The most frequent targets and vehicles. The darker a cell, the more figures per 1,000 words of the annotated text. Each shade has the same number of cells."),
		[]string{"level", "top", "numbers"},
		(*chartMaker).atlas,
	},
	{
		"types", web.Msg("Types by part of the text"),
		web.Msg("The number of figures of each type in each part. All bars have the same scale. A figure of several types counts once for each."),
		[]string{"by", "count", "numbers"},
		(*chartMaker).types,
	},
	{
		"along", web.Msg("Chapters of a book"),
		web.Msg("The number of figures in each chapter. All rows have the same scale. A figure of several types counts once for each."),
		[]string{"book", "count"},
		(*chartMaker).byChapter,
	},
	{
		"together", web.Msg("Combinations of types"),
		web.Msg("The number of figures that have two types. The darker a cell, the larger the share of the rarer type that also has the other."),
		nil, (*chartMaker).combinations,
	},
}

// A chartOptions holds the parameters of charts.
type chartOptions struct {
	level   index.Level // "" for the default of the chart
	top     int         // number of targets and vehicles that are not grouped as "others"
	by      index.Division
	book    mashal.Book // 0 for the book with the most figures
	figures bool        // count figures; otherwise figures per 1,000 words
	numbers bool        // write numbers into the drawing
}

const (
	defaultTop = 10
	maxTop     = 24
)

// readChartOptions reads the parameters of the given charts.
func readChartOptions(req *web.Request, some ...chart) chartOptions {
	o := chartOptions{top: defaultTop}
	wanted := map[string]bool{}
	for _, c := range some {
		for _, name := range c.params {
			wanted[name] = true
		}
	}
	if wanted["level"] {
		if levels := filters.Chosen(req.Params, "level", []index.Level{index.Domain, index.Category}); len(levels) > 0 {
			o.level = levels[0]
		}
		req.Params.Text("level") // refuses repeated values
	}
	if wanted["top"] {
		o.top = req.Params.Number("top", defaultTop, 1, maxTop)
	}
	if wanted["by"] {
		o.by = index.Division(req.Params.Choice("by", web.Names(index.Divisions)...))
	}
	if wanted["book"] {
		if name := req.Params.Text("book"); name != "" {
			var err error
			if o.book, err = reference.ParseBook(name); err != nil {
				web.RefuseError(req.Params, "book", name, err)
			}
		}
	}
	if wanted["count"] {
		o.figures = req.Params.Choice("count", "rate", "figures") == "figures"
	}
	if wanted["numbers"] {
		o.numbers = req.Params.Flag("numbers")
	}
	return o
}

// A chartMaker makes charts of the figures that match a filter.
type chartMaker struct {
	req     *web.Request
	options chartOptions
	matches *index.Matches
	filter  *index.Filter
	linked  bool              // marks are links
	counted []index.TypeCount // figures by book, once computed
	words   markWords
}

// A markWords caches translated words of the titles of marks. A chart has too many
// marks to translate each title.
type markWords struct {
	perThousand string
	figures     map[int]string // "%d figures" by number
	types       map[mashal.Type]string
}

func newMarkWords(req *web.Request) markWords {
	w := markWords{req.View.T("per 1,000 words"), map[int]string{}, map[mashal.Type]string{}}
	for _, t := range mashal.Types {
		w.types[t] = req.View.T(t)
	}
	return w
}

// parts counts figures by part of the text. It caches the counts by book, which
// several charts need.
func (k *chartMaker) parts(by index.Division) []index.TypeCount {
	if by != index.ByBooks {
		return k.matches.Types(by)
	}
	if k.counted == nil {
		k.counted = k.matches.Types(by)
	}
	return k.counted
}

// A chartView is the data of a chart for its template.
type chartView struct {
	Name        string
	Title, Says web.Message   // Title overrides that of the chart
	Annotators  string        // of a mixture, with their shares
	Mixed       bool          // several annotators are counted
	Unit        web.Message   // of the numbers
	Notes       []web.Message // what the drawing omits
	Controls    []control
	Drawing     *draw.Drawing
	Summary     string // text alternative of the drawing
	Table       *chartTable
	Image       template.HTML
	Alone       string // addresses of the page and the files of this chart
	SVG, CSV    string
}

// A control is a group of links that change an option of a chart.
type control struct {
	Label   web.Message
	Options []controlOption
	Folded  bool // closed at first, because there are many options
	Now     string
}

// A controlOption is one value of an option.
type controlOption struct {
	Label   string
	Href    string
	Current bool
}

// view makes a chart. alone is set on the chart's own page.
func (k *chartMaker) view(c chart, alone bool) *chartView {
	view := c.make(k)
	view.Name, view.Says = c.name, c.says
	if view.Title.Format == "" {
		view.Title = c.title
	}
	view.Mixed, view.Annotators = k.matches.Mixed(), filters.SharesText(k.matches.Shares())
	view.Table.Annotators = view.Annotators
	if k.linked && view.Drawing.Len() > 0 {
		view.Image = view.Drawing.InPage(k.caption(view))
	}
	for i := range view.Controls {
		for j := range view.Controls[i].Options {
			if o := &view.Controls[i].Options[j]; !alone {
				o.Href += "#" + c.name
			}
		}
	}
	return view
}

// drawing returns an empty drawing in the direction of the interface.
func (k *chartMaker) drawing() *draw.Drawing {
	const usual = 48 << 10 // bytes
	d := &draw.Drawing{Mirrored: k.req.View.Dir() == "rtl", Linked: k.linked}
	d.Grow(usual)
	return d
}

func (k *chartMaker) caption(view *chartView) draw.Caption {
	title := k.req.View.Say(view.Title)
	if view.Mixed {
		title += " (" + filters.MixtureText(k.req, view.Annotators, k.linked) + ")"
	}
	return draw.Caption{Id: view.Name, Title: title, Unit: k.req.View.Say(view.Unit), Says: k.req.View.Say(view.Says) + " " + view.Summary, Lang: k.req.View.Lang}
}

// choose returns the control of a parameter. otherwise is the default value; says
// are the labels of the values.
func (k *chartMaker) choose(label web.Message, name, now, otherwise string, values []string, says ...string) control {
	c := control{Label: label}
	for i, value := range values {
		given := value
		if value == otherwise {
			given = ""
		}
		o := controlOption{Label: value, Href: k.req.View.With(name, given), Current: value == now}
		if i < len(says) {
			o.Label = says[i]
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// chooseLevel returns the control of the tag level with its default.
func (k *chartMaker) chooseLevel(now, otherwise index.Level) control {
	return k.choose(web.Msg("Level"), "level", string(now), string(otherwise), []string{"domain", "category"}, k.req.View.T("domain"), k.req.View.T("category"))
}

func (k *chartMaker) chooseTop() control {
	return k.choose(web.Msg("Most frequent"), "top", strconv.Itoa(k.options.top), strconv.Itoa(defaultTop), []string{"5", strconv.Itoa(defaultTop), "15", strconv.Itoa(maxTop)})
}

func (k *chartMaker) chooseCount() control {
	now := "rate"
	if k.options.figures {
		now = "figures"
	}
	return k.choose(web.Msg("Count"), "count", now, "rate", []string{"rate", "figures"}, k.req.View.T("per 1,000 words"), k.req.View.T("figures"))
}

func (k *chartMaker) chooseNumbers() control {
	now := "0"
	if k.options.numbers {
		now = "1"
	}
	return k.choose(web.Msg("Numbers"), "numbers", now, "0", []string{"0", "1"}, k.req.View.T("hidden"), k.req.View.T("shown"))
}

// levelOr returns the requested level, or otherwise if none is requested.
func (k *chartMaker) levelOr(otherwise index.Level) index.Level {
	if k.options.level != "" {
		return k.options.level
	}
	return otherwise
}

// unit returns the unit of a chart by part of the text.
func (k *chartMaker) unit() web.Message {
	if k.options.figures {
		return web.Msg("figures")
	}
	return web.Msg("figures per 1,000 words")
}

// count returns the number of a bar in the unit of the chart, and its text.
func (k *chartMaker) count(figures, words int) (float64, string) {
	if k.options.figures {
		return float64(figures), web.Digits(figures)
	}
	r := rate(figures, words)
	return r, rateText(r)
}

// figuresAnd returns the title of a mark: its name, the number of its figures and,
// unless words is 0, the number per 1,000 words.
func (k *chartMaker) figuresAnd(what string, figures, words int) string {
	count, ok := k.words.figures[figures]
	if !ok {
		count = k.req.View.T("%d figures", figures)
		k.words.figures[figures] = count
	}
	says := what + ": " + count
	if words > 0 {
		says += " (" + rateText(rate(figures, words)) + " " + k.words.perThousand + ")"
	}
	return says
}

// apart protects the direction of an annotator's text within Hebrew, so that it
// does not move numbers and arrows.
func (k *chartMaker) apart(name string) string {
	if k.req.View.Dir() != "rtl" {
		return name
	}
	return "\u2068" + name + "\u2069"
}

// marginName returns the name of a margin. Margins without a tag have names in the
// language of the page.
func (k *chartMaker) marginName(m *index.Margin) string {
	switch {
	case m.Named():
		return k.req.View.Said(m.Name)
	case m.Unknown():
		return k.req.View.T("not named")
	}
	return k.req.View.T("%d others", m.Others)
}

// marginCell returns a table cell for a margin. Files have English names for
// margins without a tag.
func (k *chartMaker) marginCell(m *index.Margin, href string) cell {
	c := cell{Text: m.Name, Shown: k.marginName(m), Href: href}
	switch {
	case m.Unknown():
		c.Text = "(not named)"
	case !m.Named():
		c.Text = "(others)"
	}
	return c
}
