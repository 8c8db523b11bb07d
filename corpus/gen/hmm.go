package main

import (
	"slices"
	"strings"
)

// A lattice holds the probabilities of the states for each English word of one
// pairing. The model has two states for each Hebrew word: the English word translates
// it; the English word is unaligned, and the last aligned word translates it.
type lattice struct {
	words     int       // the number of Hebrew words
	emit      []float64 // English × Hebrew: the emission probability, with the tags
	null      []float64 // for each English word: the probability that it is unaligned
	jump      []float64 // (start, Hebrew) × Hebrew: the transition probability
	forward   []float64 // English × 2 Hebrew: aligned states, then unaligned states
	backward  []float64 // likewise
	posterior []float64 // likewise
}

// run computes the lattice of a pairing with the current model.
func (a *aligner) run(p *pairing) *lattice {
	n, m := len(p.morphemes), len(p.stems)
	l := &lattice{
		words: n, emit: make([]float64, m*n), null: make([]float64, m), jump: make([]float64, (n+1)*n),
		forward: make([]float64, 2*m*n), backward: make([]float64, 2*m*n), posterior: make([]float64, 2*m*n),
	}
	for j := range m {
		row := p.row(j)
		l.null[j] = float64(nullWeight * a.score[row[0]])
		emit := l.emit[j*n : (j+1)*n]
		for i, word := range p.wordOf {
			emit[word] += a.score[row[i+1]]
		}
		for word := range emit {
			emit[word] *= (1 - nullWeight) * a.tagFactor(p, j, word)
		}
	}
	for from := -1; from < n; from++ {
		step := l.jump[(from+1)*n : (from+2)*n]
		sum := 0.0
		for to := range step {
			step[to] = a.jump[bucket(to-from)]
			sum += float64(step[to] * p.morphemes[to])
		}
		for to := range step {
			step[to] /= sum
		}
	}
	l.forwardBackward(m)
	return l
}

// bucket returns the index of a jump in the arrays of jumps.
func bucket(jump int) int { return min(max(jump, -maxJump), maxJump) + maxJump }

// forwardBackward computes forward, backward and posterior for m English words. The
// probabilities of each English word are normalised to the sum 1.
func (l *lattice) forwardBackward(m int) {
	n := l.words
	before := make([]float64, n) // the probability that the last aligned word translates each Hebrew word
	for j := range m {
		f := l.forward[2*j*n : 2*(j+1)*n]
		for to := range n {
			sum := 0.0
			if j == 0 {
				sum = l.jump[to]
			} else {
				for from, b := range before {
					sum += float64(b * l.jump[(from+1)*n+to])
				}
			}
			f[to] = float64(sum * l.emit[j*n+to])
			if j == 0 {
				f[n+to] = l.null[j] / float64(n)
			} else {
				f[n+to] = float64(before[to] * l.null[j])
			}
		}
		normalise(f)
		for w := range n {
			before[w] = f[w] + f[n+w]
		}
	}
	last := l.backward[2*(m-1)*n:]
	for i := range last {
		last[i] = 1
	}
	for j := m - 2; j >= 0; j-- {
		b, next := l.backward[2*j*n:2*(j+1)*n], l.backward[2*(j+1)*n:2*(j+2)*n]
		for from := range n {
			sum := float64(l.null[j+1] * next[n+from])
			for to := range n {
				sum += float64(float64(l.jump[(from+1)*n+to]*l.emit[(j+1)*n+to]) * next[to])
			}
			b[from], b[n+from] = sum, sum
		}
		normalise(b)
	}
	for j := range m {
		post := l.posterior[2*j*n : 2*(j+1)*n]
		for i := range post {
			post[i] = float64(l.forward[2*j*n+i] * l.backward[2*j*n+i])
		}
		normalise(post)
	}
}

// normalise scales v to the sum 1, unless the sum is 0.
func normalise(v []float64) {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	if sum == 0 {
		return
	}
	for i := range v {
		v[i] /= sum
	}
}

// expectMarkov adds the expected counts of a pairing to the lexicon and the jumps.
func (a *aligner) expectMarkov(p *pairing, l *lattice) {
	n := l.words
	shares := make([]float64, n)
	for j := range p.stems {
		row := p.row(j)
		post := l.posterior[2*j*n : 2*(j+1)*n]
		clear(shares)
		for i, word := range p.wordOf {
			shares[word] += a.score[row[i+1]]
		}
		null := 0.0
		for w := range n {
			null += post[n+w]
		}
		a.count[row[0]] += null
		for i, word := range p.wordOf {
			a.count[row[i+1]] += float64(post[word]*a.score[row[i+1]]) / shares[word]
		}
		if j == 0 {
			continue
		}
		a.countJumps(l, j)
	}
}

// countJumps adds the expected jumps from English word j-1 to word j.
func (a *aligner) countJumps(l *lattice, j int) {
	n := l.words
	before, next := l.forward[2*(j-1)*n:2*j*n], l.backward[2*j*n:2*(j+1)*n]
	var jumps [2*maxJump + 1]float64
	sum := 0.0
	for from := range n {
		b := before[from] + before[n+from]
		for to := range n {
			x := float64(float64(b*l.jump[(from+1)*n+to]) * float64(l.emit[j*n+to]*next[to]))
			jumps[bucket(to-from)] += x
			sum += x
		}
		sum += float64(float64(b*l.null[j]) * next[n+from])
	}
	if sum == 0 {
		return
	}
	for i, x := range jumps {
		a.jumpCount[i] += x / sum
	}
}

// maximiseJumps computes the probabilities of jumps from the counts, and resets the
// counts. The counts of the first and last bucket are divided, because they stand for
// several lengths.
func (a *aligner) maximiseJumps() {
	sum := 0.0
	for _, c := range a.jumpCount {
		sum += c
	}
	for i, c := range a.jumpCount {
		if i == 0 || i == len(a.jumpCount)-1 {
			c /= 6
		}
		a.jump[i] = (c + 1) / sum
	}
	clear(a.jumpCount[:])
}

// decode aligns each English word with the most probable Hebrew word, or with none,
// and sets the English words of the verses.
func (a *aligner) decode(p *pairing) {
	l := a.run(p)
	n := l.words
	for j := range p.stems {
		post := l.posterior[2*j*n : 2*(j+1)*n]
		null := 0.0
		for _, x := range post[n:] {
			null += x
		}
		word := 0
		if best := slices.Max(post[:n]); best > null {
			word = slices.Index(post[:n], best) + 1
		}
		p.aligned[j].Hebrew = word
	}
	attachDeterminers(p)
	p.splitByVerse()
}

// splitByVerse copies the aligned English words of a pairing to each of its verses.
// Words that translate another verse of the pairing are unaligned there.
func (p *pairing) splitByVerse() {
	before := 0
	for _, v := range p.verses {
		if v.English != "" {
			v.EnglishWords = slices.Clone(p.aligned)
			for j := range v.EnglishWords {
				word := &v.EnglishWords[j].Hebrew
				if *word -= before; *word < 1 || *word > len(v.Words) {
					*word = 0
				}
			}
		}
		before += len(v.Words)
	}
}

// attachDeterminers aligns an article with the same Hebrew word as the English word
// after it, because the model often confuses the articles of a verse. It does the same
// for a possessive if that Hebrew word has a pronominal suffix.
func attachDeterminers(p *pairing) {
	for j := len(p.aligned) - 2; j >= 0; j-- {
		next := p.aligned[j+1].Hebrew
		if next == 0 {
			continue
		}
		switch strings.ToLower(p.text(p.aligned[j])) {
		case "a", "an", "the":
			p.aligned[j].Hebrew = next
		case "my", "our", "your", "his", "her", "its", "their":
			if strings.Contains(p.words[next-1].Morph, "/Sp") {
				p.aligned[j].Hebrew = next
			}
		}
	}
}
