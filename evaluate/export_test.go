package evaluate

// Disorder returns the cost of the best alignment of two raters.
func Disorder(raters [][]Unit) float64 {
	return alignTwo(byBegin(raters[0]), byBegin(raters[1]), DefaultDissimilarity)
}

// DisorderOfMany returns the same by the alignment for any number of raters.
func DisorderOfMany(raters [][]Unit) float64 {
	sum, _ := alignMany([][]Unit{byBegin(raters[0]), byBegin(raters[1])}, DefaultDissimilarity)
	return sum
}
