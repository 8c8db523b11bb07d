package main

import (
	"strings"

	"mashal/hebrew"
)

// particles are the lemmas that OSHB names by a letter: prefixes, and words that consist
// of a prefix and a suffix only.
var particles = map[string]struct{ citation, gloss string }{
	"b": {hebrew.NoAccents("בְּ"), "in, at, with, by"},
	"c": {hebrew.NoAccents("וְ"), "and"},
	"d": {hebrew.NoAccents("הַ"), "the"},
	"i": {hebrew.NoAccents("הֲ"), "(asks a question)"},
	"k": {hebrew.NoAccents("כְּ"), "as, like"},
	"l": {hebrew.NoAccents("לְ"), "to, for"},
	"m": {hebrew.NoAccents("מִן"), "from, out of, than"},
	"s": {hebrew.NoAccents("שֶׁ"), "who, which, that"},
}

// ownCitations replaces citation forms for which the dictionary has the vowels of another
// tradition than the text, or cites a verb by its imperfect.
var ownCitations = map[int]string{3212: hebrew.NoAccents("הָלַךְ"), 3068: hebrew.NoAccents("יְהוָה"), 3069: hebrew.NoAccents("יְהוִה")}

// ownGlosses replaces the glosses of frequent words for which the dictionary gives the
// origin instead of the sense, or has no words that the translation has too.
var ownGlosses = map[int]string{
	136:  "Lord, my Lord",
	176:  "or",
	226:  "sign",
	227:  "then, at that time",
	259:  "one",
	310:  "after, behind",
	349:  "how",
	369:  "there is not, nothing",
	376:  "man, husband, each",
	389:  "surely, only, but",
	408:  "not (of what shall not be)",
	410:  "God, god",
	413:  "to, towards",
	428:  "these",
	430:  "God, gods",
	518:  "if, whether",
	575:  "where, whither",
	576:  "I",
	589:  "I",
	595:  "I",
	637:  "also, even",
	645:  "then, now",
	657:  "end, nothing, only",
	834:  "who, which, that",
	853:  "(marks the direct object)",
	854:  "with",
	859:  "you",
	860:  "female donkey",
	894:  "Babylon, Babel",
	996:  "between",
	1077: "not",
	1097: "without",
	1107: "except, apart from",
	1115: "not, except",
	1121: "son, child, descendant",
	1157: "behind, about, through",
	1319: "to bring news",
	1431: "to be great, grow",
	1481: "to live as a foreigner",
	1571: "also, even",
	1768: "who, which, that, of",
	1836: "this",
	1870: "way, road",
	1931: "he, she, it, that",
	1932: "he, she, it",
	1934: "to be",
	1961: "to be, become, happen",
	1984: "to praise, boast",
	1992: "they",
	2005: "behold, if",
	2007: "they",
	2008: "here, hither",
	2009: "behold",
	2063: "this",
	2088: "this",
	2097: "this",
	2098: "this",
	2167: "to sing praise",
	2181: "to be a prostitute, be unfaithful",
	2296: "to gird",
	2491: "slain, pierced",
	2543: "donkey",
	2617: "loving kindness, mercy",
	2620: "to take refuge",
	2789: "earthen vessel, potsherd",
	2859: "to become related by marriage; father-in-law",
	2962: "before, not yet",
	3027: "hand",
	3068: "Yahweh, the name of God",
	3069: "Yahweh, the name of God, read as God",
	3091: "Joshua, the successor of Moses",
	3104: "ram’s horn, jubilee",
	3205: "to bear, beget",
	3254: "to add, do again",
	3282: "because",
	3318: "to go out",
	3381: "to go down",
	3426: "there is",
	3541: "thus, so, here",
	3588: "that, because, for, when",
	3595: "basin",
	3602: "thus",
	3605: "all, every, whole",
	3606: "all, every",
	3644: "like, as",
	3651: "so, thus; right",
	3730: "knob, capital",
	3808: "not",
	3809: "not",
	3863: "if only",
	3864: "if not, unless",
	3966: "very, much",
	3972: "anything",
	4039: "scroll",
	4054: "pasture land",
	4069: "why",
	4100: "what, how",
	4101: "what",
	4136: "in front of, opposite",
	4138: "birth, kindred",
	4284: "thought, plan",
	4310: "who",
	4479: "who, which",
	4480: "from, out of, than",
	4481: "from, out of",
	4501: "lamp stand",
	4603: "to trespass, be unfaithful",
	4616: "for the sake of, in order that",
	4672: "to find",
	4686: "stronghold; net",
	4687: "commandment",
	4735: "livestock, possession",
	4970: "when",
	4994: "please, now",
	5035: "bottle of skin; harp",
	5048: "in front of, opposite",
	5178: "bronze, copper",
	5207: "sweet (of a smell)",
	5227: "in front of",
	5307: "to fall",
	5331: "forever; victory",
	5381: "to reach, overtake",
	5411: "temple servants",
	5439: "around, surroundings",
	5488: "reeds",
	5668: "for the sake of, in order that",
	5704: "until, as far as",
	5705: "until",
	5750: "again, still, more",
	5769: "eternity, everlasting, long time",
	5869: "eye; spring",
	5921: "on, over, above, against",
	5922: "on, over",
	5927: "to go up",
	5973: "with",
	5974: "with",
	5978: "with me",
	6010: "valley",
	6040: "affliction",
	6148: "to pledge, be surety",
	6153: "evening",
	6206: "to tremble, terrify",
	6213: "to do, make",
	6240: "ten (in eleven to nineteen)",
	6241: "tenth part",
	6249: "eleven",
	6258: "now",
	6311: "here",
	6381: "to be wonderful, too hard",
	6435: "lest",
	6440: "face, front; before",
	6442: "inner",
	6471: "time, occurrence; step",
	6532: "veil",
	6571: "horseman",
	6597: "suddenly",
	6664: "righteousness",
	6666: "righteousness",
	6680: "to command",
	6925: "before",
	6965: "to rise, stand",
	7050: "hanging; sling",
	7098: "end",
	7114: "to reap; be short",
	7130: "midst, inward part",
	7181: "to listen",
	7257: "to lie down",
	7535: "only, except",
	7562: "wickedness",
	7585: "Sheol, the realm of the dead",
	7622: "captivity",
	7834: "sky, cloud; dust",
	7857: "to overflow, wash",
	7945: "who, which, that",
	7998: "plunder, spoil",
	8002: "peace offering",
	8032: "the day before yesterday",
	8033: "there",
	8066: "eight",
	8198: "female servant",
	8227: "hyrax",
	8336: "fine linen",
	8392: "ark",
	8432: "midst, middle",
	8444: "outgoing, end",
	8457: "prostitution, unfaithfulness",
	8469: "supplication",
	8478: "under, instead of",
	8482: "lowest",
	8536: "there",
}

// baseStem returns the stem of the base form of an English word.
func baseStem(word string) string {
	if base, ok := irregular[strings.ToLower(word)]; ok {
		word = base
	}
	return stem(word)
}

// irregular holds the base forms of irregular English words.
var irregular = func() map[string]string {
	m := map[string]string{}
	for _, forms := range strings.Fields(`arise,arose,arisen bear,bore,born,borne beat,beaten become,became begin,began,begun bend,bent bind,bound blow,blew,blown
		break,broke,broken bring,brought build,built buy,bought catch,caught choose,chose,chosen come,came deal,dealt dig,dug do,did,done draw,drew,drawn
		drink,drank,drunk drive,drove,driven dwell,dwelt eat,ate,eaten fall,fell,fallen feed,fed fight,fought find,found flee,fled fly,flew forget,forgot,forgotten
		forgive,forgave,forgiven forsake,forsook,forsaken give,gave,given go,went,gone grind,ground grow,grew,grown hear,heard hide,hid,hidden hold,held keep,kept
		know,knew,known lay,laid lead,led leave,left lend,lent lie,lain lift,lifted lose,lost make,made meet,met mow,mown pay,paid ride,rode,ridden ring,rang rise,rose,risen
		run,ran say,said see,saw,seen seek,sought sell,sold send,sent shake,shook,shaken shear,shorn shine,shone shoot,shot sing,sang,sung sink,sank,sunk sit,sat
		slay,slew,slain sleep,slept smite,smote,smitten sow,sown speak,spoke,spoken spring,sprang,sprung stand,stood steal,stole,stolen strike,struck,stricken
		swear,swore,sworn sweep,swept swell,swollen swim,swam take,took,taken teach,taught tear,tore,torn tell,told think,thought throw,threw,thrown
		tread,trod,trodden understand,understood wear,wore,worn weave,wove,woven weep,wept wind,wound write,wrote,written
		man,men woman,women child,children foot,feet tooth,teeth ox,oxen goose,geese calf,calves life,lives wife,wives wolf,wolves half,halves loaf,loaves leaf,leaves thief,thieves`) {
		base, others, _ := strings.Cut(forms, ",")
		for other := range strings.SplitSeq(others, ",") {
			m[other] = base
		}
	}
	return m
}()
