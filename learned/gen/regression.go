package main

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// A matrix has one row of binary features for each example, stored one after the
// other.
type matrix struct {
	columns []int32
	starts  []int     // of each row in columns; one more than rows
	dense   []float64 // of each row, the values of the columns after base
	width   int       // how many they are
	base    int
}

func (m *matrix) denseRow(i int) []float64 { return m.dense[i*m.width : (i+1)*m.width] }

func (m *matrix) rows() int { return len(m.starts) - 1 }

func (m *matrix) row(i int) []int32 { return m.columns[m.starts[i]:m.starts[i+1]] }

// An objective is the negative log-likelihood of weighted examples under a logistic
// regression, with an L2 penalty for each weight.
type objective struct {
	x       *matrix
	use     []int     // the rows that count
	y       []float64 // of each row, 0 or 1
	weight  []float64 // of each row
	penalty []float64 // of each column
}

// parts is the number of parts in which the sum over examples is computed. It does not
// depend on the machine, so that rounding does not either.
const parts = 8

// value returns the objective at w and sets grad to its gradient.
func (o *objective) value(w, grad []float64) float64 {
	losses := make([]float64, parts)
	grads := make([][]float64, parts)
	var wait sync.WaitGroup
	limit := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	for p := range parts {
		wait.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			g := make([]float64, len(w))
			loss := 0.0
			for _, i := range o.use[len(o.use)*p/parts : len(o.use)*(p+1)/parts] {
				row := o.x.row(i)
				z := 0.0
				for _, c := range row {
					z += w[c]
				}
				dense := o.x.denseRow(i)
				for k, v := range dense {
					z += w[o.x.base+k] * v
				}
				weight := o.weight[i]
				loss += weight * (softplus(z) - o.y[i]*z)
				d := weight * (logistic(z) - o.y[i])
				for _, c := range row {
					g[c] += d
				}
				for k, v := range dense {
					g[o.x.base+k] += d * v
				}
			}
			losses[p], grads[p] = loss, g
		})
	}
	wait.Wait()
	total := 0.0
	for j, v := range w {
		grad[j] = o.penalty[j] * v
		total += o.penalty[j] * v * v / 2
	}
	for p := range parts {
		total += losses[p]
		for j, g := range grads[p] {
			grad[j] += g
		}
	}
	return total
}

// logistic returns 1/(1+e^-z).
func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// softplus returns log(1+e^z).
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

// minimise returns the minimum of a convex function of n variables, from the origin. It
// uses L-BFGS (Nocedal and Wright 2006, Numerical Optimization, algorithm 7.5) with a
// backtracking line search, and stops after the given number of steps or when a step
// gains less than a millionth.
func minimise(n, steps int, f func(w, grad []float64) float64) []float64 {
	const memory = 8
	w, grad := make([]float64, n), make([]float64, n)
	value := f(w, grad)
	var ss, ys [][]float64
	next, nextGrad := make([]float64, n), make([]float64, n)
	for step := range steps {
		d := direction(grad, ss, ys)
		slope := dot(d, grad)
		if slope >= 0 {
			break
		}
		length := 1.0
		if step == 0 {
			length = 1 / math.Sqrt(dot(grad, grad))
		}
		var reached float64
		for range 30 {
			for j := range w {
				next[j] = w[j] + length*d[j]
			}
			reached = f(next, nextGrad)
			if reached <= value+1e-4*length*slope {
				break
			}
			length /= 2
		}
		s, y := make([]float64, n), make([]float64, n)
		for j := range w {
			s[j], y[j] = next[j]-w[j], nextGrad[j]-grad[j]
		}
		gain := value - reached
		if gain <= 0 {
			break
		}
		copy(w, next)
		copy(grad, nextGrad)
		value = reached
		if gain < 1e-6*math.Abs(value) {
			break
		}
		if dot(s, y) > 1e-12 {
			ss, ys = append(ss, s), append(ys, y)
			if len(ss) > memory {
				ss, ys = ss[1:], ys[1:]
			}
		}
	}
	return w
}

// direction returns the direction of the next step: the gradient times an
// approximation of the inverse of the Hessian, which the last steps ss and changes of
// the gradient ys give.
func direction(grad []float64, ss, ys [][]float64) []float64 {
	d := slices.Clone(grad)
	alphas := make([]float64, len(ss))
	for k := len(ss) - 1; k >= 0; k-- {
		alphas[k] = dot(ss[k], d) / dot(ss[k], ys[k])
		for j := range d {
			d[j] -= alphas[k] * ys[k][j]
		}
	}
	if k := len(ss) - 1; k >= 0 {
		scale := dot(ss[k], ys[k]) / dot(ys[k], ys[k])
		for j := range d {
			d[j] *= scale
		}
	}
	for k := range ss {
		beta := dot(ys[k], d) / dot(ss[k], ys[k])
		for j := range d {
			d[j] += (alphas[k] - beta) * ss[k][j]
		}
	}
	for j := range d {
		d[j] = -d[j]
	}
	return d
}

func dot(a, b []float64) float64 {
	total := 0.0
	for i, v := range a {
		total += v * b[i]
	}
	return total
}
