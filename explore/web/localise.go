package web

import (
	"html/template"
	"text/template/parse"
)

// localise writes what a template says in a language into the template, where
// it says the same on every page: {{$.T "Find"}} becomes the words. To look
// them up whenever a page is made is a third of what its template takes.
func (l *Language) localise(set *template.Template) {
	for _, t := range set.Templates() {
		if t.Tree != nil {
			l.localiseList(t.Tree.Root)
		}
	}
}

func (l *Language) localiseList(list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			if words, ok := l.constant(node.Pipe); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: node.Pos, Text: []byte(words)}
			}
		case *parse.IfNode:
			l.localiseBranch(&node.BranchNode)
		case *parse.RangeNode:
			l.localiseBranch(&node.BranchNode)
		case *parse.WithNode:
			l.localiseBranch(&node.BranchNode)
		}
	}
}

func (l *Language) localiseBranch(b *parse.BranchNode) {
	l.localiseList(b.List)
	l.localiseList(b.ElseList)
}

// constant is what {{$.T "..."}} writes, as HTML; false of anything else.
func (l *Language) constant(p *parse.PipeNode) (words string, ok bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	call, isCall := p.Cmds[0].Args[0].(*parse.VariableNode)
	text, isText := p.Cmds[0].Args[1].(*parse.StringNode)
	if !isCall || !isText || len(call.Ident) != 2 || call.Ident[0] != "$" || call.Ident[1] != "T" {
		return "", false
	}
	return template.HTMLEscapeString(l.say(Msg(text.Text))), true
}
