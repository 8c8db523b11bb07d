package terminal

// These are measured line by line.
var (
	FormatLine = formatLine
	Cells      = cellsOf
)
