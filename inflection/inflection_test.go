package inflection_test

import (
	"strings"
	"testing"

	"mashal/inflection"
)

func TestSame(t *testing.T) {
	for line := range strings.Lines(`
		lion lions
		wolf wolves
		ox oxen
		calf calves
		knife knives
		life lives
		leaf leaves
		leave leaves
		sheep sheep
		foot feet
		tooth teeth
		man men
		woman women
		child children
		city cities
		lie lies
		box boxes
		bush bushes
		ash ashes
		branch branches
		horse horses
		hero heroes
		shoe shoes
		axe axes
		dove doves
		wave waves
		day days
		eye eyes
		bear bears
		bee bees
		roar roaring roared roars
		hope hoping hoped
		hop hopping hopped
		cut cutting
		eat eating eaten ate
		burn burning burned burnt
		die dying died dies
		lie lying
		pour pouring poured
		carry carries carried carrying
		travel travelled traveled
		fall fell falling fallen
		flee fled
		see seeing seen
		weep wept weeping
		agree agreed
		be is was being
		shepherd shepherds
		thorn thorns
		princess princesses
		prince princes`) {
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			if !inflection.Same(words[0], words[i]) || !inflection.Same(words[i], words[0]) {
				t.Errorf("%s and %s are not forms of one word: %v, %v", words[0], words[i], inflection.Bases(words[0]), inflection.Bases(words[i]))
			}
		}
	}
}

func TestFalseFriends(t *testing.T) {
	for line := range strings.Lines(`
		ear heart earth bear year hear earring fear
		bear born beard
		king kin
		wing win
		ring earring
		wick wicked
		rug rugged
		see seed saw
		so sow
		hop hoping hope
		ox fox
		ass grass pass
		rose rise
		wind wound
		grind ground
		even evening
		be bee
		light lightning
		god good goods
		arm army
		glass glas
		lass las
		prince princess
		fast fasten
		hat hate hated
		star stare stared
		war ware warn
		sin sing since
		new news
		bus bush
		man many mane
		pit pity
		rod road rode
		sea seat season
		law lawn
		cane can
		rock rocket
		son song
		was wash
		his hiss
		thin thing
		add ad
		father gather
		way away
		the theme`) {
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			if inflection.Same(words[0], words[i]) {
				t.Errorf("%s and %s are taken for forms of one word: %v, %v", words[0], words[i], inflection.Bases(words[0]), inflection.Bases(words[i]))
			}
		}
	}
}
