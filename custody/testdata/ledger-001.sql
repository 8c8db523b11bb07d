BEGIN TRANSACTION;
CREATE TABLE annotator (
	id          INTEGER NOT NULL PRIMARY KEY,
	fingerprint TEXT NOT NULL UNIQUE, -- changes with whatever can change its findings
	name        TEXT NOT NULL,        -- rules, vendor:model, or a person
	kind        TEXT NOT NULL CHECK (kind IN ('rules', 'model', 'person')),
	version     TEXT NOT NULL         -- of the rules, or of prompt and schema
) STRICT;
INSERT INTO "annotator" VALUES(1,'4862d24ec0d25f48e504091dd26727d6af5d8ddc17bd03307db8ac3c2375ab0d','rules','rules','1.0+917c387c');
CREATE TABLE attempt (
	id         INTEGER NOT NULL PRIMARY KEY,
	run        TEXT NOT NULL REFERENCES run (id),
	reading    INTEGER NOT NULL REFERENCES reading (id),
	worker     INTEGER NOT NULL CHECK (worker > 0),
	asked      INTEGER NOT NULL, -- verses it was to read
	started_at TEXT NOT NULL,
	ended_at   TEXT,
	outcome    TEXT CHECK (outcome IN ('done', 'failed', 'not run')), -- failed: some verse did; not run: it was interrupted, or its process died
	verses     INTEGER NOT NULL, -- that came to their end
	failed     INTEGER NOT NULL, -- verses of them
	figures    INTEGER NOT NULL,
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO "attempt" VALUES(1,'20261130T232846Z-6c62',1,1,5,'2026-11-30T23:28:46.502710Z','2026-11-30T23:28:46.503342Z','done',5,0,1);
CREATE TABLE counter (
	name  TEXT NOT NULL PRIMARY KEY, -- what is counted
	value INTEGER NOT NULL           -- the last number given
) STRICT;
INSERT INTO "counter" VALUES('run',1);
INSERT INTO "counter" VALUES('attempt',1);
INSERT INTO "counter" VALUES('revision',1);
INSERT INTO "counter" VALUES('verdict',0);
CREATE TABLE figure (
	reading     INTEGER NOT NULL,
	verse       INTEGER NOT NULL,
	ordinal     INTEGER NOT NULL CHECK (ordinal > 0), -- the order in which the annotator named them
	id          TEXT NOT NULL,                        -- how it is cited: Isa.5.1!3-4
	types       TEXT NOT NULL CHECK (types <> ''),    -- metaphor,idiom
	subtype     TEXT NOT NULL,
	ranges      TEXT NOT NULL,                        -- words of the verse: 3-5,8; empty if unanchored
	grounding   TEXT NOT NULL CHECK (grounding IN ('exact', 'normalised', 'aligned', 'unanchored')),
	score       REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
	english     TEXT NOT NULL,
	target      TEXT NOT NULL, -- JSON array, from specific to general; so the next three
	vehicle     TEXT NOT NULL,
	ground      TEXT NOT NULL,
	posture     TEXT NOT NULL,
	explanation TEXT NOT NULL,
	confidence  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
	speaker     TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	source      TEXT NOT NULL, -- what in the annotator found it, such as a rule
	PRIMARY KEY (reading, verse, ordinal),
	UNIQUE (reading, id),
	FOREIGN KEY (reading, verse) REFERENCES verse (reading, verse),
	CHECK ((grounding = 'unanchored') = (ranges = ''))
) WITHOUT ROWID, STRICT;
INSERT INTO "figure" VALUES(1,4,1,'Joel.3.4!3','metaphor','','3','exact',1.0,'darkness','["distress","emotion","human being"]','["darkness","light","nature"]','[]','[]','לְחֹ֔שֶׁךְ: darkness stands for distress, death and ignorance.',0.96,'','','darkness');
CREATE TABLE migration (
	version    INTEGER PRIMARY KEY, -- from 1, in the order in which they were applied
	name       TEXT NOT NULL,
	checksum   TEXT NOT NULL,       -- of the text that was applied
	applied_at TEXT NOT NULL        -- UTC, RFC 3339
);
INSERT INTO "migration" VALUES(1,'001_readings','sha256:168bc090827c182bbc3258ce812d899f27ffad93a97b1db28ee0f22bb61d401e','2026-11-30T23:28:46.441Z');
CREATE TABLE reading (
	id        INTEGER NOT NULL PRIMARY KEY,
	annotator INTEGER NOT NULL REFERENCES annotator (id),
	book      INTEGER NOT NULL CHECK (book BETWEEN 1 AND 39),
	chapter   INTEGER NOT NULL CHECK (chapter > 0),
	number    INTEGER NOT NULL CHECK (number > 0), -- 2 for the one after the first --again, ...
	revision  INTEGER NOT NULL,                    -- grows with every change that readers are to see, across all readings; 0: nothing to see yet
	run       TEXT NOT NULL REFERENCES run (id),   -- the last one to work on it
	UNIQUE (annotator, book, chapter, number)
) STRICT;
INSERT INTO "reading" VALUES(1,1,16,3,1,1,'20261130T232846Z-6c62');
CREATE TABLE run (
	id           TEXT NOT NULL PRIMARY KEY, -- 20261123T193000Z-1f3a
	number       INTEGER NOT NULL UNIQUE,   -- in the order of starting
	annotator    INTEGER NOT NULL REFERENCES annotator (id),
	selection    TEXT NOT NULL,             -- parses back
	again        INTEGER NOT NULL CHECK (again IN (0, 1)), -- 1: read anew what was done
	command      TEXT NOT NULL,             -- JSON array: the words typed
	settings     TEXT NOT NULL,             -- JSON object of texts
	version      TEXT NOT NULL,             -- of the program
	workers      INTEGER NOT NULL CHECK (workers > 0),
	already_done INTEGER NOT NULL,          -- verses of the selection that were done before
	started_at   TEXT NOT NULL,
	ended_at     TEXT,
	outcome      TEXT CHECK (outcome IN ('done', 'incomplete', 'interrupted', 'failed')), -- of a run that a dead process left: interrupted
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO "run" VALUES('20261130T232846Z-6c62',1,1,'Joel 3',0,'["mashal","annotate","Joel 3"]','{"text":"morphhb-2.0.2 sword-text-web-426.0-1 sha256:505bc10f381f"}','development',2,0,'2026-11-30T23:28:46.490389Z','2026-11-30T23:28:46.516225Z','done');
CREATE TABLE verdict (
	id       INTEGER NOT NULL PRIMARY KEY, -- in the order of recording
	reading  INTEGER NOT NULL,
	figure   TEXT NOT NULL,
	type     TEXT NOT NULL,
	decision TEXT NOT NULL CHECK (decision IN ('valid', 'invalid', 'reclassified')),
	to_type  TEXT,          -- the type it is instead
	reason   TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	by_kind  TEXT NOT NULL CHECK (by_kind IN ('rules', 'model', 'person')),
	at       TEXT NOT NULL,
	FOREIGN KEY (reading, figure) REFERENCES figure (reading, id),
	CHECK ((decision = 'reclassified') = (to_type IS NOT NULL))
) STRICT;
CREATE TABLE verse (
	reading        INTEGER NOT NULL REFERENCES reading (id),
	verse          INTEGER NOT NULL REFERENCES verse_number (number),
	state          TEXT NOT NULL CHECK (state IN ('not run', 'running', 'done', 'failed')),
	failure_kind   TEXT, -- one word for programs
	failure_reason TEXT, -- a sentence for people
	deliberation   TEXT NOT NULL DEFAULT '', -- what the annotator thought about the verse
	run            TEXT NOT NULL REFERENCES run (id), -- the last one that was to read it
	ended_at       TEXT,
	carried        INTEGER NOT NULL DEFAULT 0 CHECK (carried IN (0, 1)), -- 1: taken over from the reading before, because only other verses of the chapter were to be read anew
	PRIMARY KEY (reading, verse),
	CHECK ((state = 'failed') = (failure_kind IS NOT NULL)),
	CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
	CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
) WITHOUT ROWID, STRICT;
INSERT INTO "verse" VALUES(1,1,'done',NULL,NULL,'No rule matches.','20261130T232846Z-6c62','2026-11-30T23:28:46.503342Z',0);
INSERT INTO "verse" VALUES(1,2,'done',NULL,NULL,'No rule matches.','20261130T232846Z-6c62','2026-11-30T23:28:46.503342Z',0);
INSERT INTO "verse" VALUES(1,3,'done',NULL,NULL,'No rule matches.','20261130T232846Z-6c62','2026-11-30T23:28:46.503342Z',0);
INSERT INTO "verse" VALUES(1,4,'done',NULL,NULL,'Matched: darkness.','20261130T232846Z-6c62','2026-11-30T23:28:46.503342Z',0);
INSERT INTO "verse" VALUES(1,5,'done',NULL,NULL,'No rule matches.','20261130T232846Z-6c62','2026-11-30T23:28:46.503342Z',0);
CREATE TABLE verse_number (number INTEGER NOT NULL PRIMARY KEY) STRICT;
INSERT INTO "verse_number" VALUES(1);
INSERT INTO "verse_number" VALUES(2);
INSERT INTO "verse_number" VALUES(3);
INSERT INTO "verse_number" VALUES(4);
INSERT INTO "verse_number" VALUES(5);
INSERT INTO "verse_number" VALUES(6);
INSERT INTO "verse_number" VALUES(7);
INSERT INTO "verse_number" VALUES(8);
INSERT INTO "verse_number" VALUES(9);
INSERT INTO "verse_number" VALUES(10);
INSERT INTO "verse_number" VALUES(11);
INSERT INTO "verse_number" VALUES(12);
INSERT INTO "verse_number" VALUES(13);
INSERT INTO "verse_number" VALUES(14);
INSERT INTO "verse_number" VALUES(15);
INSERT INTO "verse_number" VALUES(16);
INSERT INTO "verse_number" VALUES(17);
INSERT INTO "verse_number" VALUES(18);
INSERT INTO "verse_number" VALUES(19);
INSERT INTO "verse_number" VALUES(20);
INSERT INTO "verse_number" VALUES(21);
INSERT INTO "verse_number" VALUES(22);
INSERT INTO "verse_number" VALUES(23);
INSERT INTO "verse_number" VALUES(24);
INSERT INTO "verse_number" VALUES(25);
INSERT INTO "verse_number" VALUES(26);
INSERT INTO "verse_number" VALUES(27);
INSERT INTO "verse_number" VALUES(28);
INSERT INTO "verse_number" VALUES(29);
INSERT INTO "verse_number" VALUES(30);
INSERT INTO "verse_number" VALUES(31);
INSERT INTO "verse_number" VALUES(32);
INSERT INTO "verse_number" VALUES(33);
INSERT INTO "verse_number" VALUES(34);
INSERT INTO "verse_number" VALUES(35);
INSERT INTO "verse_number" VALUES(36);
INSERT INTO "verse_number" VALUES(37);
INSERT INTO "verse_number" VALUES(38);
INSERT INTO "verse_number" VALUES(39);
INSERT INTO "verse_number" VALUES(40);
INSERT INTO "verse_number" VALUES(41);
INSERT INTO "verse_number" VALUES(42);
INSERT INTO "verse_number" VALUES(43);
INSERT INTO "verse_number" VALUES(44);
INSERT INTO "verse_number" VALUES(45);
INSERT INTO "verse_number" VALUES(46);
INSERT INTO "verse_number" VALUES(47);
INSERT INTO "verse_number" VALUES(48);
INSERT INTO "verse_number" VALUES(49);
INSERT INTO "verse_number" VALUES(50);
INSERT INTO "verse_number" VALUES(51);
INSERT INTO "verse_number" VALUES(52);
INSERT INTO "verse_number" VALUES(53);
INSERT INTO "verse_number" VALUES(54);
INSERT INTO "verse_number" VALUES(55);
INSERT INTO "verse_number" VALUES(56);
INSERT INTO "verse_number" VALUES(57);
INSERT INTO "verse_number" VALUES(58);
INSERT INTO "verse_number" VALUES(59);
INSERT INTO "verse_number" VALUES(60);
INSERT INTO "verse_number" VALUES(61);
INSERT INTO "verse_number" VALUES(62);
INSERT INTO "verse_number" VALUES(63);
INSERT INTO "verse_number" VALUES(64);
INSERT INTO "verse_number" VALUES(65);
INSERT INTO "verse_number" VALUES(66);
INSERT INTO "verse_number" VALUES(67);
INSERT INTO "verse_number" VALUES(68);
INSERT INTO "verse_number" VALUES(69);
INSERT INTO "verse_number" VALUES(70);
INSERT INTO "verse_number" VALUES(71);
INSERT INTO "verse_number" VALUES(72);
INSERT INTO "verse_number" VALUES(73);
INSERT INTO "verse_number" VALUES(74);
INSERT INTO "verse_number" VALUES(75);
INSERT INTO "verse_number" VALUES(76);
INSERT INTO "verse_number" VALUES(77);
INSERT INTO "verse_number" VALUES(78);
INSERT INTO "verse_number" VALUES(79);
INSERT INTO "verse_number" VALUES(80);
INSERT INTO "verse_number" VALUES(81);
INSERT INTO "verse_number" VALUES(82);
INSERT INTO "verse_number" VALUES(83);
INSERT INTO "verse_number" VALUES(84);
INSERT INTO "verse_number" VALUES(85);
INSERT INTO "verse_number" VALUES(86);
INSERT INTO "verse_number" VALUES(87);
INSERT INTO "verse_number" VALUES(88);
INSERT INTO "verse_number" VALUES(89);
INSERT INTO "verse_number" VALUES(90);
INSERT INTO "verse_number" VALUES(91);
INSERT INTO "verse_number" VALUES(92);
INSERT INTO "verse_number" VALUES(93);
INSERT INTO "verse_number" VALUES(94);
INSERT INTO "verse_number" VALUES(95);
INSERT INTO "verse_number" VALUES(96);
INSERT INTO "verse_number" VALUES(97);
INSERT INTO "verse_number" VALUES(98);
INSERT INTO "verse_number" VALUES(99);
INSERT INTO "verse_number" VALUES(100);
INSERT INTO "verse_number" VALUES(101);
INSERT INTO "verse_number" VALUES(102);
INSERT INTO "verse_number" VALUES(103);
INSERT INTO "verse_number" VALUES(104);
INSERT INTO "verse_number" VALUES(105);
INSERT INTO "verse_number" VALUES(106);
INSERT INTO "verse_number" VALUES(107);
INSERT INTO "verse_number" VALUES(108);
INSERT INTO "verse_number" VALUES(109);
INSERT INTO "verse_number" VALUES(110);
INSERT INTO "verse_number" VALUES(111);
INSERT INTO "verse_number" VALUES(112);
INSERT INTO "verse_number" VALUES(113);
INSERT INTO "verse_number" VALUES(114);
INSERT INTO "verse_number" VALUES(115);
INSERT INTO "verse_number" VALUES(116);
INSERT INTO "verse_number" VALUES(117);
INSERT INTO "verse_number" VALUES(118);
INSERT INTO "verse_number" VALUES(119);
INSERT INTO "verse_number" VALUES(120);
INSERT INTO "verse_number" VALUES(121);
INSERT INTO "verse_number" VALUES(122);
INSERT INTO "verse_number" VALUES(123);
INSERT INTO "verse_number" VALUES(124);
INSERT INTO "verse_number" VALUES(125);
INSERT INTO "verse_number" VALUES(126);
INSERT INTO "verse_number" VALUES(127);
INSERT INTO "verse_number" VALUES(128);
INSERT INTO "verse_number" VALUES(129);
INSERT INTO "verse_number" VALUES(130);
INSERT INTO "verse_number" VALUES(131);
INSERT INTO "verse_number" VALUES(132);
INSERT INTO "verse_number" VALUES(133);
INSERT INTO "verse_number" VALUES(134);
INSERT INTO "verse_number" VALUES(135);
INSERT INTO "verse_number" VALUES(136);
INSERT INTO "verse_number" VALUES(137);
INSERT INTO "verse_number" VALUES(138);
INSERT INTO "verse_number" VALUES(139);
INSERT INTO "verse_number" VALUES(140);
INSERT INTO "verse_number" VALUES(141);
INSERT INTO "verse_number" VALUES(142);
INSERT INTO "verse_number" VALUES(143);
INSERT INTO "verse_number" VALUES(144);
INSERT INTO "verse_number" VALUES(145);
INSERT INTO "verse_number" VALUES(146);
INSERT INTO "verse_number" VALUES(147);
INSERT INTO "verse_number" VALUES(148);
INSERT INTO "verse_number" VALUES(149);
INSERT INTO "verse_number" VALUES(150);
INSERT INTO "verse_number" VALUES(151);
INSERT INTO "verse_number" VALUES(152);
INSERT INTO "verse_number" VALUES(153);
INSERT INTO "verse_number" VALUES(154);
INSERT INTO "verse_number" VALUES(155);
INSERT INTO "verse_number" VALUES(156);
INSERT INTO "verse_number" VALUES(157);
INSERT INTO "verse_number" VALUES(158);
INSERT INTO "verse_number" VALUES(159);
INSERT INTO "verse_number" VALUES(160);
INSERT INTO "verse_number" VALUES(161);
INSERT INTO "verse_number" VALUES(162);
INSERT INTO "verse_number" VALUES(163);
INSERT INTO "verse_number" VALUES(164);
INSERT INTO "verse_number" VALUES(165);
INSERT INTO "verse_number" VALUES(166);
INSERT INTO "verse_number" VALUES(167);
INSERT INTO "verse_number" VALUES(168);
INSERT INTO "verse_number" VALUES(169);
INSERT INTO "verse_number" VALUES(170);
INSERT INTO "verse_number" VALUES(171);
INSERT INTO "verse_number" VALUES(172);
INSERT INTO "verse_number" VALUES(173);
INSERT INTO "verse_number" VALUES(174);
INSERT INTO "verse_number" VALUES(175);
INSERT INTO "verse_number" VALUES(176);
CREATE INDEX verse_run ON verse (run);
CREATE INDEX verdict_figure ON verdict (reading, figure);
CREATE INDEX attempt_run ON attempt (run, id);
CREATE INDEX attempt_open ON attempt (reading) WHERE ended_at IS NULL;
COMMIT;
