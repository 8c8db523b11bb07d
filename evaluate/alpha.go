package evaluate

// Alpha returns Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing
// Krippendorff's Alpha-Reliability", section C; 2019, Content Analysis, 4th ed., ch.
// 12): 1 - observed / expected disagreement. Each element of units has the values that
// the raters gave to one unit. A missing value is left out, and a unit with fewer than
// two values is ignored.
//
// Alpha is not computable, and ok is false, if no unit has two values, or if all values
// are equal, because no disagreement could have been expected.
func Alpha[V comparable](units [][]V) (alpha float64, ok bool) {
	total := map[V]int{}
	var n int
	var observed float64
	for _, values := range units {
		m := len(values)
		if m < 2 {
			continue
		}
		n += m
		unit := map[V]int{}
		for _, v := range values {
			unit[v]++
			total[v]++
		}
		differing := m * m // ordered pairs of different values
		for _, count := range unit {
			differing -= count * count
		}
		observed += float64(differing) / float64(m-1)
	}
	differing := n * n
	for _, count := range total {
		differing -= count * count
	}
	if differing == 0 {
		return 0, false
	}
	return 1 - float64(n-1)*observed/float64(differing), true
}
