package inflection

import "strings"

// irregular maps forms to the words they are forms of.
var irregular = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(irregularForms) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		for _, form := range words[1:] {
			if len(m[form]) == 0 {
				m[form] = []string{form}
			}
			m[form] = append(m[form], words[0])
		}
	}
	return m
}()

// irregularForms has a line for each word: the word and its irregular forms.
// Forms that are more often words of their own are left out: bore and born of
// bear, rose of rise, wound of wind, ground of grind, left of leave, saw of see,
// spoke of speak, found of find, felt of feel, bit of bite, dove of dive, lay of
// lie, bound of bind, shot of shoot.
const irregularForms = `
calf calves
elf elves
half halves
hoof hooves
knife knives
leaf leaves
leave leaves
life lives
live lives
loaf loaves
scarf scarves
self selves
sheaf sheaves
shelf shelves
staff staves
thief thieves
wharf wharves
wife wives
wolf wolves
ox oxen
man men
woman women
child children
brother brethren
foot feet
tooth teeth
goose geese
mouse mice
louse lice
die dice dies died dying
person people persons
cherub cherubim cherubs
seraph seraphim seraphs
penny pence
axis axes
axe axes
ax axes
be am is are was were been being
have has had having
do does did done doing
go goes went gone going
say says said saying
abide abode
arise arose arisen
awake awoke awoken
beat beaten
become became
beget begot begat begotten
begin began begun
behold beheld
bend bent
bleed bled
blow blew blown
break broke broken
breed bred
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
cleave clove cloven clave
cling clung
clothe clad
come came
creep crept
deal dealt
dig dug
draw drew drawn
dream dreamt
drink drank drunk
drive drove driven
dwell dwelt
eat ate eaten
fall fell fallen
feed fed
fight fought
flee fled
fling flung
fly flew flown flies
forbid forbade forbidden
forget forgot forgotten
forgive forgave forgiven
forsake forsook forsaken
freeze froze frozen
get got gotten
gird girt
give gave given
grow grew grown
hang hung
hear heard
hew hewn
hide hid hidden
hold held
keep kept
kneel knelt
know knew known
lead led
lean leant
leap leapt
learn learnt
lend lent
lie lain lying lies lied
light lit
lose lost
make made
mean meant
meet met
mow mown
pay paid
lay laid
ride rode ridden
ring rang rung
rise risen
run ran
see seen
seek sought
sell sold
send sent
shake shook shaken
shave shaven
shear shorn
shine shone
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sit sat
slay slew slain
sleep slept
slide slid
sling slung
smite smote smitten
sow sown
speak spoken spake
spend spent
spill spilt
spin spun
spit spat
spoil spoilt
spring sprang sprung
stand stood
steal stole stolen
stick stuck
sting stung
strike struck stricken
stride strode
strive strove striven
swear swore sworn
sweep swept
swell swollen
swim swam swum
swing swung
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
tread trod trodden
understand understood
wake woke woken
wear wore worn
weave wove woven
weep wept
win won
withdraw withdrew withdrawn
wring wrung
write wrote written
agree agreed
decree decreed
free freed
fee fees
tie tied ties tying
vie vied vies vying
`

// uninflected are words that only look like forms of others.
var uninflected = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`
		earring earrings evening during ceiling lightning nothing anything something everything offspring
		pudding duckling gosling hireling seedling sibling darling sterling herring viking shilling farthing
		wicked crooked rugged ragged wretched naked sacred kindred hundred beloved hatred indeed
		news series species means alas perhaps always besides towards afterwards themselves ourselves yourselves
		bias chaos christmas lens canvas atlas moses hades ides summons gallows
		witness goods arms glasses spectacles customs brass glass
		wing king ring thing string bring sling spring sting swing fling
		red bed shed sled bred seed need weed reed deed greed speed creed breed heed steed
		bass pass mass lass grass`) {
		set[word] = true
	}
	return set
}()
