package filters

import (
	"fmt"
	"strconv"
	"strings"

	"mashal"
	"mashal/collocation"
	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/explore/web"
)

// usesNames lists the values of the parameter uses.
var usesNames = []string{"both", string(mashal.Figurative), string(mashal.Literal), string(mashal.UnmarkedWord)}

// A KWICQuery is what the parameters of the concordance ask for: lines, sorted, all or a
// sample of them.
type KWICQuery struct {
	index.KWIC
	Uses    string // "both", or the use by which the lines of a lemma are filtered
	Sample  int    // lines to draw at random; 0 for all
	Context int    // words shown on each side of the key; 0 if the parameter is missing
}

// ReadKWIC reads the parameters of the concordance: of its lines, their order and their
// context.
func ReadKWIC(req *web.Request) KWICQuery {
	q := ReadLines(req)
	q.Context = req.Params.Number("context", 0, 1, collocation.MaxWindow)
	ReadNear(req, &q.KWIC)
	q.Sample = ReadOrders(req, &q.KWIC)
	return q
}

// LineParams lists the parameters of ReadLines.
var LineParams = []string{"key", "form", "before", "after", "uses"}

// ReadLines reads the parameters that define lines and their keys, besides those of Params.
// With a lemma, the key is the lemma unless the parameter key says otherwise.
func ReadLines(req *web.Request) (q KWICQuery) {
	k := &q.KWIC
	k.Key = index.KeyPhrase
	if req.View.Query.Has("lemma") {
		k.Key = index.KeyLemma
	}
	if key := req.Params.Text("key"); key != "" {
		k.Key = index.KWICKey(req.Params.OneOf("key", key, web.Names(index.KWICKeys)))
	}
	k.Form, k.Before, k.After = req.Params.Text("form"), req.Params.Text("before"), req.Params.Text("after")
	q.Uses = req.Params.Choice("uses", usesNames...)
	if k.Key == index.KeyLemma {
		k.Lemma, k.Outside = req.Params.Text("lemma"), true
	} else if q.Uses != "both" {
		req.Params.Refuse("uses", q.Uses, "both", web.Msg("Only the words of a lemma are divided by use."))
	}
	if states := req.View.Query["state"]; len(states) > 0 {
		req.Params.Refuse("state", states[0], "", web.Msg("The concordance lists figures and words. The search lists verses by state."))
	}
	return q
}

// OrderParams lists the parameters that sort lines, the first key first.
var OrderParams = []string{"order", "order2", "order3"}

// ReadOrders reads the keys by which lines are sorted, the seed, and the number of lines to
// draw at random, which is 0 for all. Without a seed it is 1.
func ReadOrders(req *web.Request, k *index.KWIC) (sample int) {
	var orders []index.KWICOrder
	for _, name := range OrderParams {
		if value := req.Params.Text(name); value != "" {
			orders = append(orders, index.KWICOrder(req.Params.OneOf(name, value, web.Names(index.KWICOrders))))
		}
	}
	k.Order = index.KWICByBook
	if len(orders) > 0 {
		k.Order, k.Then = orders[0], orders[1:]
	}
	const most = 1 << 31
	k.Seed = uint64(req.Params.Number("seed", 1, 0, most-1)) //nolint:gosec // not negative
	sample = req.Params.Number("sample", 0, 1, most-1)
	if seed := req.View.Query.Get("seed"); seed != "" && sample == 0 && !k.Shuffled() {
		req.Params.Refuse("seed", seed, "", web.Msg("A seed is for a sample or for shuffled lines."))
	}
	return sample
}

// ReadNear reads the parameters of lines with a lemma near their key.
func ReadNear(req *web.Request, k *index.KWIC) {
	k.Near = req.Params.Text("near")
	v := ReadVicinity(req)
	if k.Near != "" {
		k.Window, k.InColon = v.Window, v.InColon
		return
	}
	for _, name := range VicinityParams {
		if value := req.View.Query.Get(name); value != "" {
			req.Params.Refuse(name, value, "", web.Msg("A window is for a lemma near the key: near."))
		}
	}
}

// VicinityParams lists the parameters of ReadVicinity.
var VicinityParams = []string{"left", "right", "bounds"}

// ReadVicinity reads the window around a key.
func ReadVicinity(req *web.Request) lemmas.Vicinity {
	return lemmas.Vicinity{
		Window: collocation.Window{
			Left:  req.Params.Number("left", collocation.Default.Left, 0, collocation.MaxWindow),
			Right: req.Params.Number("right", collocation.Default.Right, 0, collocation.MaxWindow),
		},
		InColon: req.Params.Choice("bounds", "verse", "colon") == "colon",
	}
}

// VicinityText returns a window in words.
func VicinityText(v *web.View, near lemmas.Vicinity) string {
	if near.InColon {
		return v.T("%d before, %d after, within the colon", near.Left, near.Right)
	}
	return v.T("%d before, %d after, within the verse", near.Left, near.Right)
}

// Lines returns the lines that are asked for, and all lines before they are filtered by use
// and sampled.
func (q *KWICQuery) Lines(m *index.Matches) (shown, ofUse, all *index.Lines, err error) {
	all, err = m.Lines(q.KWIC)
	if err != nil {
		return nil, nil, nil, err
	}
	ofUse = all
	if q.Uses != "both" {
		ofUse = all.Only(mashal.Use(q.Uses))
	}
	shown = ofUse
	if q.Sample > 0 {
		shown = ofUse.Sample(q.Sample, q.Seed)
	}
	return shown, ofUse, all, nil
}

// LineOrders lists the keys by which lines can be sorted.
var LineOrders = []web.Option{
	{Value: string(index.KWICByBook), Label: web.Msg("order of the Hebrew Bible")},
	{Value: string(index.KWICByLeft1), Label: web.Msg("1st word before")},
	{Value: string(index.KWICByLeft2), Label: web.Msg("2nd word before")},
	{Value: string(index.KWICByLeft3), Label: web.Msg("3rd word before")},
	{Value: string(index.KWICByLeft), Label: web.Msg("all words before")},
	{Value: string(index.KWICByRight1), Label: web.Msg("1st word after")},
	{Value: string(index.KWICByRight2), Label: web.Msg("2nd word after")},
	{Value: string(index.KWICByRight3), Label: web.Msg("3rd word after")},
	{Value: string(index.KWICByRight), Label: web.Msg("all words after")},
	{Value: string(index.KWICByForm), Label: web.Msg("form of the key")},
	{Value: string(index.KWICByLemma), Label: web.Msg("lemma of the key")},
	{Value: string(index.KWICByType), Label: web.Msg("type of the figure")},
	{Value: string(index.KWICByAnnotator), Label: web.Msg("annotator")},
	{Value: string(index.KWICByDate), Label: web.Msg("age of the language, oldest first")},
	{Value: string(index.KWICShuffled), Label: web.Msg("shuffled")},
}

// orderLabel returns the name of a key in the language of the page.
func orderLabel(v *web.View, order index.KWICOrder) string {
	for _, o := range LineOrders {
		if o.Value == string(order) {
			return v.Say(o.Label)
		}
	}
	return string(order)
}

// SortedText says in words how lines are sorted.
func SortedText(v *web.View, k *index.KWIC) string {
	var keys []string
	if k.Key == index.KeyVehicle {
		keys = append(keys, v.T("vehicle"))
	}
	for _, order := range k.Orders() {
		switch order {
		case index.KWICShuffled:
			keys = append(keys, v.T("shuffled with seed %s", strconv.FormatUint(k.Seed, 10)))
		case index.KWICByBook:
		default:
			keys = append(keys, orderLabel(v, order))
		}
	}
	if !k.Shuffled() {
		keys = append(keys, v.T("order of the Hebrew Bible: Torah, Prophets, Writings"))
	}
	return strings.Join(keys, "; ")
}

// SampleText says in words which lines of some were drawn, or returns "" if all are shown.
func SampleText(v *web.View, q *KWICQuery, of int) string {
	if q.Sample == 0 || q.Sample >= of {
		return ""
	}
	return v.T("random sample of %s of %s lines, seed %s", web.Digits(q.Sample), web.Digits(of), fmt.Sprint(q.Seed))
}
