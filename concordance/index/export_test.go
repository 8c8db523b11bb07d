package index

// GenreOf is compared with the conditions on genres.
var GenreOf = genreOf
