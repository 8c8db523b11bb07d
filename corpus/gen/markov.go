package main

import (
	"slices"
	"strings"
)

// A lattice holds the probabilities of one verse: for each English word those
// that it renders each Hebrew word, and that it renders none while the last
// that was rendered is each Hebrew word.
type lattice struct {
	words     int
	emit      []float64 // English × Hebrew: how well they translate, tags included
	null      []float64 // per English word
	step      []float64 // (before the first, Hebrew) × Hebrew: the jump's probability
	forward   []float64 // English × 2 Hebrew: rendering it, silent after it
	backward  []float64
	posterior []float64 // English × 2 Hebrew
}

func (a *aligner) run(p *pairing) *lattice {
	n, m := len(p.lens), len(p.stems)
	l := &lattice{
		words: n, emit: make([]float64, m*n), null: make([]float64, m), step: make([]float64, (n+1)*n),
		forward: make([]float64, 2*m*n), backward: make([]float64, 2*m*n), posterior: make([]float64, 2*m*n),
	}
	for j := range m {
		row := p.row(j)
		l.null[j] = float64(nullWeight * a.score[row[0]])
		emit := l.emit[j*n : (j+1)*n]
		for i, word := range p.owner {
			emit[word] += a.score[row[i+1]]
		}
		for word := range emit {
			emit[word] *= (1 - nullWeight) * a.tagged(p, j, word)
		}
	}
	for from := -1; from < n; from++ {
		step := l.step[(from+1)*n : (from+2)*n]
		sum := 0.0
		for to := range step {
			step[to] = a.jump[bucket(to-from)]
			sum += float64(step[to] * p.lens[to])
		}
		for to := range step {
			step[to] /= sum
		}
	}
	l.sweep(m)
	return l
}

func bucket(jump int) int { return min(max(jump, -maxJump), maxJump) + maxJump }

// sweep runs forward and backward, each English word's probabilities scaled to
// the sum 1, and joins the two to posteriors.
func (l *lattice) sweep(m int) {
	n := l.words
	before := make([]float64, n) // probability of each Hebrew word being the last rendered
	for j := range m {
		f := l.forward[2*j*n : 2*(j+1)*n]
		for to := range n {
			sum := 0.0
			if j == 0 {
				sum = l.step[to]
			} else {
				for from, b := range before {
					sum += float64(b * l.step[(from+1)*n+to])
				}
			}
			f[to] = float64(sum * l.emit[j*n+to])
			if j == 0 {
				f[n+to] = l.null[j] / float64(n)
			} else {
				f[n+to] = float64(before[to] * l.null[j])
			}
		}
		scale(f)
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
				sum += float64(float64(l.step[(from+1)*n+to]*l.emit[(j+1)*n+to]) * next[to])
			}
			b[from], b[n+from] = sum, sum
		}
		scale(b)
	}
	for j := range m {
		post := l.posterior[2*j*n : 2*(j+1)*n]
		for i := range post {
			post[i] = float64(l.forward[2*j*n+i] * l.backward[2*j*n+i])
		}
		scale(post)
	}
}

func scale(v []float64) {
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

// expectMarkov adds what a verse says to the counts of lexicon and jumps.
func (a *aligner) expectMarkov(p *pairing, l *lattice) {
	n := l.words
	shares := make([]float64, n)
	for j := range p.stems {
		row := p.row(j)
		post := l.posterior[2*j*n : 2*(j+1)*n]
		clear(shares)
		for i, word := range p.owner {
			shares[word] += a.score[row[i+1]]
		}
		null := 0.0
		for w := range n {
			null += post[n+w]
		}
		a.count[row[0]] += null
		for i, word := range p.owner {
			a.count[row[i+1]] += float64(post[word]*a.score[row[i+1]]) / shares[word]
		}
		if j == 0 {
			continue
		}
		a.countJumps(l, j)
	}
}

// countJumps adds the expected jumps from English word j-1 to j.
func (a *aligner) countJumps(l *lattice, j int) {
	n := l.words
	before, next := l.forward[2*(j-1)*n:2*j*n], l.backward[2*j*n:2*(j+1)*n]
	var jumps [2*maxJump + 1]float64
	sum := 0.0
	for from := range n {
		b := before[from] + before[n+from]
		for to := range n {
			x := float64(float64(b*l.step[(from+1)*n+to]) * float64(l.emit[j*n+to]*next[to]))
			jumps[bucket(to-from)] += x
			sum += x
		}
		sum += float64(float64(b*l.null[j]) * next[n+from])
	}
	if sum == 0 {
		return
	}
	for i, x := range jumps {
		a.jumps[i] += x / sum
	}
}

// maximiseJumps makes jump a distribution; the buckets at its ends stand for
// several lengths each.
func (a *aligner) maximiseJumps() {
	sum := 0.0
	for _, c := range a.jumps {
		sum += c
	}
	for i, c := range a.jumps {
		if i == 0 || i == len(a.jumps)-1 {
			c /= 6
		}
		a.jump[i] = (c + 1) / sum
	}
	clear(a.jumps[:])
}

// decode gives each English word of a verse the Hebrew word that it renders
// most probably, or none.
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
		p.gloss[j].Hebrew = word
	}
	attachDeterminers(p)
	p.distribute()
}

// distribute gives each of the verses that has the English its part of the
// glosses; words that render another verse render nothing there.
func (p *pairing) distribute() {
	before := 0
	for _, v := range p.verses {
		if v.English != "" {
			v.EnglishWords = slices.Clone(p.gloss)
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

// attachDeterminers gives an article the Hebrew of the word it stands before,
// which it determines, whichever article of the verse it was thought to
// render, and likewise a possessive where that word has a suffix to render.
func attachDeterminers(p *pairing) {
	for j := len(p.gloss) - 2; j >= 0; j-- {
		next := p.gloss[j+1].Hebrew
		if next == 0 {
			continue
		}
		switch strings.ToLower(p.english(p.gloss[j])) {
		case "a", "an", "the":
			p.gloss[j].Hebrew = next
		case "my", "our", "your", "his", "her", "its", "their":
			if strings.Contains(p.words[next-1].Morph, "/Sp") {
				p.gloss[j].Hebrew = next
			}
		}
	}
}
