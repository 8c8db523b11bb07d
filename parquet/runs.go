package parquet

import "encoding/binary"

// appendRuns appends numbers of width bits in the format's mixture of runs of
// one number and of packed numbers, eight or a multiple of it.
func appendRuns(b []byte, numbers []int, width int) []byte {
	for i := 0; i < len(numbers); {
		if n := sameFrom(numbers, i); n >= 8 {
			b = binary.AppendUvarint(b, uint64(n)<<1)
			for shift := 0; shift < width; shift += 8 {
				b = append(b, byte(numbers[i]>>shift))
			}
			i += n
			continue
		}
		end := min(i+8, len(numbers))
		for end < len(numbers) && sameFrom(numbers, end) < 8 {
			end = min(end+8, len(numbers))
		}
		groups := (end - i + 7) / 8
		b = binary.AppendUvarint(b, uint64(groups)<<1|1)
		b = appendPacked(b, numbers[i:end], width, groups)
		i = end
	}
	return b
}

// sameFrom returns how often the number at i is repeated from there on.
func sameFrom(numbers []int, i int) int {
	n := 1
	for i+n < len(numbers) && numbers[i+n] == numbers[i] {
		n++
	}
	return n
}

// appendPacked appends numbers one after the other, the lowest bit first, and
// zeros up to eight numbers for each group.
func appendPacked(b []byte, numbers []int, width, groups int) []byte {
	start := len(b)
	b = append(b, make([]byte, groups*width)...)
	for i, n := range numbers {
		for bit := range width {
			if n>>bit&1 == 1 {
				at := i*width + bit
				b[start+at/8] |= 1 << (at % 8)
			}
		}
	}
	return b
}
