package learned

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"mashal"
)

// format is the first bytes of a file of weights, with the version of the format and of
// the features.
const format = "mashal learned 2\n"

// MaxFile is the largest size of the file of weights, in bytes.
const MaxFile = 400_000

// A header says what a file of weights holds.
type header struct {
	Lemmas, Dimensions, Detectors uint32
}

// Encode returns the model as a file. Weights and vectors are rounded to one byte, as
// Round does. The same model gives the same bytes.
func (m *Model) Encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(format)
	lemmas := slices.Sorted(maps.Keys(m.Vectors))
	h := header{Lemmas: uint32(len(lemmas)), Detectors: uint32(len(m.Detectors))}
	if len(lemmas) > 0 {
		h.Dimensions = uint32(len(m.Vectors[lemmas[0]]))
	}
	write := func(v any) {
		if err := binary.Write(&out, binary.LittleEndian, v); err != nil {
			panic(err) // a value of fixed size in memory
		}
	}
	write(h)
	write(lemmas)
	for _, l := range lemmas {
		write(bytesOf(m.Vectors[l], 1))
	}
	for i := range m.Detectors {
		d := &m.Detectors[i]
		write(uint8(slices.Index(mashal.Types, d.Type)))
		write(float32(d.Threshold))
		write(uint32(len(d.Calibration)))
		write(floats32(d.Calibration))
		genres := make([]float64, len(mashal.Genres))
		copy(genres, d.Genres)
		write(floats32(genres))
		for _, r := range [2]*Regression{&d.Verse, &d.Word} {
			keys := slices.Sorted(maps.Keys(r.Weights))
			values := make([]float64, len(keys))
			for k, key := range keys {
				values[k] = r.Weights[key]
			}
			largest := largest(values)
			write(uint32(len(keys)))
			write(float32(largest))
			write(keys)
			write(bytesOf(values, largest))
			write(floats32(r.Dense))
		}
	}
	if out.Len() > MaxFile {
		return nil, fmt.Errorf("the weights take %d bytes, more than %d", out.Len(), MaxFile)
	}
	return out.Bytes(), nil
}

// Decode reads a file that Encode made.
func Decode(file []byte) (*Model, error) {
	in := bytes.NewReader(file)
	start := make([]byte, len(format))
	if _, err := io.ReadFull(in, start); err != nil || string(start) != format {
		return nil, errors.New("read weights: the file is of another format")
	}
	var failed error
	read := func(v any) {
		if failed == nil {
			failed = binary.Read(in, binary.LittleEndian, v)
		}
	}
	length := func(n, size uint32) int { // of a list, which cannot be longer than what is left
		if failed == nil && uint64(n)*uint64(size) > uint64(in.Len()) {
			failed = io.ErrUnexpectedEOF
		}
		if failed != nil {
			return 0
		}
		return int(n)
	}
	var h header
	read(&h)
	m := &Model{Vectors: map[uint32][]float64{}}
	lemmas := make([]uint32, length(h.Lemmas, 4+h.Dimensions))
	read(lemmas)
	for _, l := range lemmas {
		vector := make([]int8, h.Dimensions)
		read(vector)
		m.Vectors[l] = valuesOf(vector, 1)
	}
	for range length(h.Detectors, 1) {
		var d Detector
		var typ uint8
		var threshold float32
		var n uint32
		read(&typ)
		read(&threshold)
		read(&n)
		calibration := make([]float32, length(n, 4))
		read(calibration)
		genres := make([]float32, len(mashal.Genres))
		read(genres)
		if int(typ) >= len(mashal.Types) || len(calibration) != len(new(Candidate).Inputs()) {
			return nil, errors.New("read weights: the file is damaged")
		}
		d.Type, d.Threshold, d.Calibration, d.Genres = mashal.Types[typ], float64(threshold), floats64(calibration), floats64(genres)
		for _, r := range [2]*Regression{&d.Verse, &d.Word} {
			var largest float32
			read(&n)
			read(&largest)
			keys := make([]uint32, length(n, 5))
			values := make([]int8, len(keys))
			dense := make([]float32, groups*h.Dimensions)
			read(keys)
			read(values)
			read(dense)
			r.Weights, r.Dense = make(map[uint32]float64, len(keys)), floats64(dense)
			for k, v := range valuesOf(values, float64(largest)) {
				r.Weights[keys[k]] = v
			}
		}
		m.Detectors = append(m.Detectors, d)
	}
	if failed == nil && in.Len() > 0 {
		failed = errors.New("bytes follow the weights")
	}
	if failed != nil {
		return nil, fmt.Errorf("read weights: %w", failed)
	}
	return m, nil
}

// Round rounds values to what a file of weights can hold, if the largest is largest.
func Round(values []float64, largest float64) []float64 {
	return valuesOf(bytesOf(values, float64(float32(largest))), float64(float32(largest)))
}

// largest returns the largest absolute value.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	return float64(float32(most))
}

func bytesOf(values []float64, largest float64) []int8 {
	list := make([]int8, len(values))
	for i, v := range values {
		if largest > 0 {
			list[i] = int8(max(-127, min(127, math.Round(v/largest*127))))
		}
	}
	return list
}

func valuesOf(list []int8, largest float64) []float64 {
	values := make([]float64, len(list))
	for i, v := range list {
		values[i] = float64(v) / 127 * largest
	}
	return values
}

func floats32(values []float64) []float32 {
	list := make([]float32, len(values))
	for i, v := range values {
		list[i] = float32(v)
	}
	return list
}

func floats64(values []float32) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		list[i] = float64(v)
	}
	return list
}
