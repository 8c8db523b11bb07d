package web

import (
	"html/template"
	"text/template/parse"
)

// localise replaces constant messages in a template, such as {{$.T "Find"}}, by
// their translations. Looking them up for every page would take a third of the time
// of its template.
func (l *Language) localise(set *template.Template) {
	for _, t := range set.Templates() {
		if t.Tree != nil {
			l.localiseList(t.Tree.Root)
		}
	}
}

// localiseList replaces the constant messages of a list of nodes.
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

// localiseBranch replaces the constant messages of both branches of an if, range or
// with.
func (l *Language) localiseBranch(b *parse.BranchNode) {
	l.localiseList(b.List)
	l.localiseList(b.ElseList)
}

// constant returns the translation that {{$.T "..."}} writes, as HTML. ok is false
// for any other action.
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
