package web

import (
	"html/template"
	"text/template/parse"
)

// A localiser replaces what is constant in templates.
type localiser struct {
	language *Language
	asset    func(name string) string // the address of a static file
}

// localise replaces constant messages in a template, such as {{$.T "Find"}}, by
// their translations, and names of static files by their addresses. Looking them up for every
// page would take a third of the time of its template.
func (l localiser) localise(set *template.Template) {
	for _, t := range set.Templates() {
		if t.Tree != nil {
			l.localiseList(t.Tree.Root)
		}
	}
}

// localiseList replaces the constants of a list of nodes.
func (l localiser) localiseList(list *parse.ListNode) {
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

// localiseBranch replaces the constants of both branches of an if, range or with.
func (l localiser) localiseBranch(b *parse.BranchNode) {
	l.localiseList(b.List)
	l.localiseList(b.ElseList)
}

// constant returns what {{$.T "..."}}, {{.T "..."}} or {{asset "..."}} writes, as HTML. Only a
// Scope has a method T. ok is false for any other action.
func (l localiser) constant(p *parse.PipeNode) (words string, ok bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	text, ok := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	switch call := p.Cmds[0].Args[0].String(); call {
	case "$.T", ".T":
		return template.HTMLEscapeString(l.language.say(Msg(text.Text))), true
	case "asset":
		return template.HTMLEscapeString(l.asset(text.Text)), true
	}
	return "", false
}
