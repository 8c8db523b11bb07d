package evaluate

import (
	"container/heap"
	"math"
)

// A pair is a possible partner of a node on the left side of a bipartite graph.
type pair struct {
	right  int
	weight float64 // more than 0
}

// A matcher finds the one-to-one matching with the largest total weight. It matches the
// nodes on the left one after the other along shortest augmenting paths, with prices that
// keep reduced costs from becoming negative (Kuhn 1955; Jonker and Volgenant 1987,
// "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems",
// Computing 38:325-340). Paths are short where pairs are local, as those of units in a
// text are, so the time grows about linearly with the number of nodes.
type matcher struct {
	pairs    [][]pair  // the possible partners of each node on the left
	partner  []int     // of each node on the left; -1 for none
	weight   []float64 // of the match of each node on the left; 0 for none
	owner    []int     // of each node on the right: its partner; -1 for none
	price    []float64 // of each node on the right; 0 or less
	distance []float64 // of the nodes on the right in the current search
	from     []int     // the nodes on the left before them on the path
}

// heaviestMatching returns the largest total weight of a one-to-one matching of the nodes
// on the left with the given number of nodes on the right. Nodes may stay unmatched.
func heaviestMatching(pairs [][]pair, rights int) float64 {
	m := matcher{
		pairs:    pairs,
		partner:  make([]int, len(pairs)),
		weight:   make([]float64, len(pairs)),
		owner:    make([]int, rights),
		price:    make([]float64, rights),
		distance: make([]float64, rights),
		from:     make([]int, rights),
	}
	for left := range m.partner {
		m.partner[left] = -1
	}
	for right := range m.owner {
		m.owner[right], m.distance[right] = -1, math.Inf(1)
	}
	var total float64
	for left := range pairs {
		m.add(left)
	}
	for _, weight := range m.weight {
		total += weight
	}
	return total
}

// add searches the cheapest path from a new node on the left to a free node on the right,
// or to a node on the left that then stays unmatched, and changes the matches along it.
func (m *matcher) add(start int) {
	var queue frontier
	var reached, settled []int
	unmatched, unmatchedCost := start, 0.0
	expand := func(left int, cost float64) {
		if cost < unmatchedCost {
			unmatched, unmatchedCost = left, cost
		}
		for _, p := range m.pairs[left] {
			next := cost - p.weight - m.price[p.right]
			if next >= m.distance[p.right] {
				continue
			}
			if math.IsInf(m.distance[p.right], 1) {
				reached = append(reached, p.right)
			}
			m.distance[p.right], m.from[p.right] = next, left
			heap.Push(&queue, node{p.right, next})
		}
	}
	expand(start, 0)
	end, cost := -1, 0.0
	for {
		if queue.Len() == 0 {
			cost = unmatchedCost
			break
		}
		n := heap.Pop(&queue).(node)
		if n.cost > m.distance[n.right] {
			continue // a shorter path to the node was found later
		}
		if n.cost >= unmatchedCost {
			cost = unmatchedCost
			break
		}
		owner := m.owner[n.right]
		if owner < 0 {
			end, cost = n.right, n.cost
			break
		}
		settled = append(settled, n.right)
		expand(owner, n.cost+m.weight[owner]+m.price[n.right])
	}
	for _, right := range settled {
		m.price[right] += m.distance[right] - cost
	}
	if end < 0 { // a node on the left gives its partner to the one before it
		end = m.partner[unmatched]
		m.partner[unmatched], m.weight[unmatched] = -1, 0
	}
	for end >= 0 {
		left := m.from[end]
		next := m.partner[left]
		m.match(left, end)
		end = next
	}
	for _, right := range reached {
		m.distance[right] = math.Inf(1)
	}
}

// match makes two nodes partners.
func (m *matcher) match(left, right int) {
	m.partner[left], m.owner[right] = right, left
	for _, p := range m.pairs[left] {
		if p.right == right {
			m.weight[left] = p.weight
		}
	}
}

// A node is a node on the right with the cost of the path to it.
type node struct {
	right int
	cost  float64
}

// A frontier is a heap of nodes, the cheapest first.
type frontier []node

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].cost < f[j].cost }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(node)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
