package typo

// Distance is compared with its definition.
var Distance = distance
