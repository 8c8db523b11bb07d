// Package access protects the HTTP servers of the program: from web pages of other
// sites, from requests under foreign host names, and from clients without a token.
package access
