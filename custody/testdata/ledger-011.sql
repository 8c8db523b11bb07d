PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (
	version    INTEGER PRIMARY KEY, -- from 1, in the order in which they were applied
	name       TEXT NOT NULL,
	checksum   TEXT NOT NULL,       -- of the text that was applied
	applied_at TEXT NOT NULL        -- UTC, RFC 3339
);
INSERT INTO migration VALUES(1,'001_readings','sha256:168bc090827c182bbc3258ce812d899f27ffad93a97b1db28ee0f22bb61d401e','2026-12-01T03:35:34.155Z');
INSERT INTO migration VALUES(2,'002_requests','sha256:96beeccab463c359b57caeec4e5821449c3e24ce0eb59c695069674f881adcd3','2026-12-01T03:35:34.162Z');
INSERT INTO migration VALUES(3,'003_counts','sha256:d013d0ece69935b443ac76e91671eab7a9ec329a75ba88c1443219a40e9ead5b','2026-12-01T03:35:34.163Z');
INSERT INTO migration VALUES(4,'004_waits','sha256:c8dcb2850da90db7e0c8eb6df8e8f39f57ab10c7295b8b1ca4988d2b4484115e','2026-12-01T03:35:34.164Z');
INSERT INTO migration VALUES(5,'005_carried_validations','sha256:7843e0fa3be7f9afd51952bb14191cd4ddcbc77b9b4c587ed4d0d0e875a177b2','2026-12-01T03:35:34.165Z');
INSERT INTO migration VALUES(6,'006_mark_carried_validations','sha256:4d4330abfd5b00ed102392368c6fae70db1d17a8820a8a2b7f10104335f0ecd9','2026-12-01T03:35:34.166Z');
INSERT INTO migration VALUES(7,'007_identity','sha256:cc13253c0c95a7bf7f9414fdfd1b7bf2e961948653c30a1153de3071216c120e','2026-12-01T03:35:34.174Z');
INSERT INTO migration VALUES(8,'008_capabilities','sha256:74dc786d55a9aea2a236c8cf319cf6ece2ac1d54063d33f45364ae0141434614','2026-12-01T03:35:34.175Z');
INSERT INTO migration VALUES(9,'009_batches','sha256:98bc325bb3742e09e666276c0291d3b0b00f873b1b3c889543f67f4ab001492c','2026-12-01T03:35:34.177Z');
INSERT INTO migration VALUES(10,'010_standing','sha256:2b6ee7a1d79b053f1e80b351ca85c3ead44781c10583deee221d39d9cefe88d8','2026-12-01T03:35:34.181Z');
INSERT INTO migration VALUES(11,'011_forgotten','sha256:9a01c879664528ab097541bb075a18d7389ffcc45f47d8c4512ae7fff0397bfb','2026-12-01T03:35:34.189Z');
CREATE TABLE counter (
	name  TEXT NOT NULL PRIMARY KEY, -- what is counted
	value INTEGER NOT NULL           -- the last number given
) STRICT;
INSERT INTO counter VALUES('run',4);
INSERT INTO counter VALUES('attempt',7);
INSERT INTO counter VALUES('revision',5);
INSERT INTO counter VALUES('verdict',9);
INSERT INTO counter VALUES('request',6);
INSERT INTO counter VALUES('batch',2);
INSERT INTO counter VALUES('forgetting',2);
CREATE TABLE verse_number (number INTEGER NOT NULL PRIMARY KEY) STRICT;
INSERT INTO verse_number VALUES(1);
INSERT INTO verse_number VALUES(2);
INSERT INTO verse_number VALUES(3);
INSERT INTO verse_number VALUES(4);
INSERT INTO verse_number VALUES(5);
INSERT INTO verse_number VALUES(6);
INSERT INTO verse_number VALUES(7);
INSERT INTO verse_number VALUES(8);
INSERT INTO verse_number VALUES(9);
INSERT INTO verse_number VALUES(10);
INSERT INTO verse_number VALUES(11);
INSERT INTO verse_number VALUES(12);
INSERT INTO verse_number VALUES(13);
INSERT INTO verse_number VALUES(14);
INSERT INTO verse_number VALUES(15);
INSERT INTO verse_number VALUES(16);
INSERT INTO verse_number VALUES(17);
INSERT INTO verse_number VALUES(18);
INSERT INTO verse_number VALUES(19);
INSERT INTO verse_number VALUES(20);
INSERT INTO verse_number VALUES(21);
INSERT INTO verse_number VALUES(22);
INSERT INTO verse_number VALUES(23);
INSERT INTO verse_number VALUES(24);
INSERT INTO verse_number VALUES(25);
INSERT INTO verse_number VALUES(26);
INSERT INTO verse_number VALUES(27);
INSERT INTO verse_number VALUES(28);
INSERT INTO verse_number VALUES(29);
INSERT INTO verse_number VALUES(30);
INSERT INTO verse_number VALUES(31);
INSERT INTO verse_number VALUES(32);
INSERT INTO verse_number VALUES(33);
INSERT INTO verse_number VALUES(34);
INSERT INTO verse_number VALUES(35);
INSERT INTO verse_number VALUES(36);
INSERT INTO verse_number VALUES(37);
INSERT INTO verse_number VALUES(38);
INSERT INTO verse_number VALUES(39);
INSERT INTO verse_number VALUES(40);
INSERT INTO verse_number VALUES(41);
INSERT INTO verse_number VALUES(42);
INSERT INTO verse_number VALUES(43);
INSERT INTO verse_number VALUES(44);
INSERT INTO verse_number VALUES(45);
INSERT INTO verse_number VALUES(46);
INSERT INTO verse_number VALUES(47);
INSERT INTO verse_number VALUES(48);
INSERT INTO verse_number VALUES(49);
INSERT INTO verse_number VALUES(50);
INSERT INTO verse_number VALUES(51);
INSERT INTO verse_number VALUES(52);
INSERT INTO verse_number VALUES(53);
INSERT INTO verse_number VALUES(54);
INSERT INTO verse_number VALUES(55);
INSERT INTO verse_number VALUES(56);
INSERT INTO verse_number VALUES(57);
INSERT INTO verse_number VALUES(58);
INSERT INTO verse_number VALUES(59);
INSERT INTO verse_number VALUES(60);
INSERT INTO verse_number VALUES(61);
INSERT INTO verse_number VALUES(62);
INSERT INTO verse_number VALUES(63);
INSERT INTO verse_number VALUES(64);
INSERT INTO verse_number VALUES(65);
INSERT INTO verse_number VALUES(66);
INSERT INTO verse_number VALUES(67);
INSERT INTO verse_number VALUES(68);
INSERT INTO verse_number VALUES(69);
INSERT INTO verse_number VALUES(70);
INSERT INTO verse_number VALUES(71);
INSERT INTO verse_number VALUES(72);
INSERT INTO verse_number VALUES(73);
INSERT INTO verse_number VALUES(74);
INSERT INTO verse_number VALUES(75);
INSERT INTO verse_number VALUES(76);
INSERT INTO verse_number VALUES(77);
INSERT INTO verse_number VALUES(78);
INSERT INTO verse_number VALUES(79);
INSERT INTO verse_number VALUES(80);
INSERT INTO verse_number VALUES(81);
INSERT INTO verse_number VALUES(82);
INSERT INTO verse_number VALUES(83);
INSERT INTO verse_number VALUES(84);
INSERT INTO verse_number VALUES(85);
INSERT INTO verse_number VALUES(86);
INSERT INTO verse_number VALUES(87);
INSERT INTO verse_number VALUES(88);
INSERT INTO verse_number VALUES(89);
INSERT INTO verse_number VALUES(90);
INSERT INTO verse_number VALUES(91);
INSERT INTO verse_number VALUES(92);
INSERT INTO verse_number VALUES(93);
INSERT INTO verse_number VALUES(94);
INSERT INTO verse_number VALUES(95);
INSERT INTO verse_number VALUES(96);
INSERT INTO verse_number VALUES(97);
INSERT INTO verse_number VALUES(98);
INSERT INTO verse_number VALUES(99);
INSERT INTO verse_number VALUES(100);
INSERT INTO verse_number VALUES(101);
INSERT INTO verse_number VALUES(102);
INSERT INTO verse_number VALUES(103);
INSERT INTO verse_number VALUES(104);
INSERT INTO verse_number VALUES(105);
INSERT INTO verse_number VALUES(106);
INSERT INTO verse_number VALUES(107);
INSERT INTO verse_number VALUES(108);
INSERT INTO verse_number VALUES(109);
INSERT INTO verse_number VALUES(110);
INSERT INTO verse_number VALUES(111);
INSERT INTO verse_number VALUES(112);
INSERT INTO verse_number VALUES(113);
INSERT INTO verse_number VALUES(114);
INSERT INTO verse_number VALUES(115);
INSERT INTO verse_number VALUES(116);
INSERT INTO verse_number VALUES(117);
INSERT INTO verse_number VALUES(118);
INSERT INTO verse_number VALUES(119);
INSERT INTO verse_number VALUES(120);
INSERT INTO verse_number VALUES(121);
INSERT INTO verse_number VALUES(122);
INSERT INTO verse_number VALUES(123);
INSERT INTO verse_number VALUES(124);
INSERT INTO verse_number VALUES(125);
INSERT INTO verse_number VALUES(126);
INSERT INTO verse_number VALUES(127);
INSERT INTO verse_number VALUES(128);
INSERT INTO verse_number VALUES(129);
INSERT INTO verse_number VALUES(130);
INSERT INTO verse_number VALUES(131);
INSERT INTO verse_number VALUES(132);
INSERT INTO verse_number VALUES(133);
INSERT INTO verse_number VALUES(134);
INSERT INTO verse_number VALUES(135);
INSERT INTO verse_number VALUES(136);
INSERT INTO verse_number VALUES(137);
INSERT INTO verse_number VALUES(138);
INSERT INTO verse_number VALUES(139);
INSERT INTO verse_number VALUES(140);
INSERT INTO verse_number VALUES(141);
INSERT INTO verse_number VALUES(142);
INSERT INTO verse_number VALUES(143);
INSERT INTO verse_number VALUES(144);
INSERT INTO verse_number VALUES(145);
INSERT INTO verse_number VALUES(146);
INSERT INTO verse_number VALUES(147);
INSERT INTO verse_number VALUES(148);
INSERT INTO verse_number VALUES(149);
INSERT INTO verse_number VALUES(150);
INSERT INTO verse_number VALUES(151);
INSERT INTO verse_number VALUES(152);
INSERT INTO verse_number VALUES(153);
INSERT INTO verse_number VALUES(154);
INSERT INTO verse_number VALUES(155);
INSERT INTO verse_number VALUES(156);
INSERT INTO verse_number VALUES(157);
INSERT INTO verse_number VALUES(158);
INSERT INTO verse_number VALUES(159);
INSERT INTO verse_number VALUES(160);
INSERT INTO verse_number VALUES(161);
INSERT INTO verse_number VALUES(162);
INSERT INTO verse_number VALUES(163);
INSERT INTO verse_number VALUES(164);
INSERT INTO verse_number VALUES(165);
INSERT INTO verse_number VALUES(166);
INSERT INTO verse_number VALUES(167);
INSERT INTO verse_number VALUES(168);
INSERT INTO verse_number VALUES(169);
INSERT INTO verse_number VALUES(170);
INSERT INTO verse_number VALUES(171);
INSERT INTO verse_number VALUES(172);
INSERT INTO verse_number VALUES(173);
INSERT INTO verse_number VALUES(174);
INSERT INTO verse_number VALUES(175);
INSERT INTO verse_number VALUES(176);
CREATE TABLE annotator (
	id          INTEGER NOT NULL PRIMARY KEY,
	fingerprint TEXT NOT NULL UNIQUE, -- changes with whatever can change its findings
	name        TEXT NOT NULL,        -- rules, vendor:model, or a person
	version     TEXT NOT NULL         -- of the rules, or of prompt and schema
, kind TEXT NOT NULL DEFAULT 'model' CHECK (kind IN ('simulated', 'rules', 'learned', 'model', 'person'))) STRICT;
INSERT INTO annotator VALUES(1,'fd5fcd2bdaf31ac7b23b098f677b107151fcfd6cf7bc059cf7681bf12e72012f','rules','1.5+587182de','rules');
INSERT INTO annotator VALUES(2,'4dd27b3d8988b2855effad77f6178a04d4c48f3ff389491f9af589ff723276a8','openai:sim@127.0.0.1:8391','1-0a0db56a94b2c333','simulated');
INSERT INTO annotator VALUES(3,'ebe958ed0018f6d08efffd546abcf2ceb641684f956ee122a9e1fcaef8c07af5','openai:sim@127.0.0.1:8391','1-fe55e5b35bc6fe9f','simulated');
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
	outcome      TEXT CHECK (outcome IN ('done', 'incomplete', 'interrupted', 'failed')), validator INTEGER REFERENCES annotator (id), rereads INTEGER NOT NULL DEFAULT 0 CHECK (rereads IN (0, 1)), -- of a run that a dead process left: interrupted
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO run VALUES('20261201T033534Z-0c70',1,1,'Joel 3',0,'["mashal","annotate","Joel 3","--annotator","rules"]','{"text":"morphhb-2.0.2 sword-text-web-426.0-1 sha256:505bc10f381f"}','development',2,0,'2026-12-01T03:35:34.398831Z','2026-12-01T03:35:34.488305Z','done',NULL,0);
INSERT INTO run VALUES('20261201T033534Z-bf48',2,2,'Obadiah 1:1-6; Psalms 117',0,'["mashal","annotate","Psalms 117","Obadiah 1:1-6","--annotator","openai:sim","--validate","all","--base-url","http://127.0.0.1:8391/v1"]','{"servers":"openai:sim@127.0.0.1:8391 at http://127.0.0.1:8391/v1","text":"morphhb-2.0.2 sword-text-web-426.0-1 sha256:505bc10f381f"}','development',3,0,'2026-12-01T03:35:34.722105Z','2026-12-01T03:35:34.794516Z','done',3,0);
INSERT INTO run VALUES('20261201T033534Z-a6fb',3,2,'Obadiah 1:1-2',1,'["mashal","annotate","Obadiah 1:1-2","--annotator","openai:sim","--base-url","http://127.0.0.1:8391/v1","--again"]','{"servers":"openai:sim@127.0.0.1:8391 at http://127.0.0.1:8391/v1","text":"morphhb-2.0.2 sword-text-web-426.0-1 sha256:505bc10f381f"}','development',3,0,'2026-12-01T03:35:34.914138Z','2026-12-01T03:35:34.959295Z','done',3,0);
INSERT INTO run VALUES('20261201T033535Z-989f',4,2,'Haggai 1:1-3',0,'["mashal","annotate","Haggai 1:1-3","--annotator","openai:sim","--base-url","http://127.0.0.1:8391/v1","--batch","--wait"]','{"servers":"openai:sim@127.0.0.1:8391 at http://127.0.0.1:8391/v1","text":"morphhb-2.0.2 sword-text-web-426.0-1 sha256:505bc10f381f"}','development',3,0,'2026-12-01T03:35:35.067577Z','2026-12-01T03:35:37.819911Z','done',3,0);
CREATE TABLE reading (
	id        INTEGER NOT NULL PRIMARY KEY,
	annotator INTEGER NOT NULL REFERENCES annotator (id),
	book      INTEGER NOT NULL CHECK (book BETWEEN 1 AND 39),
	chapter   INTEGER NOT NULL CHECK (chapter > 0),
	number    INTEGER NOT NULL CHECK (number > 0), -- 2 for the one after the first --again, ...
	revision  INTEGER NOT NULL,                    -- grows with every change that readers are to see, across all readings; 0: nothing to see yet
	run       TEXT NOT NULL REFERENCES run (id), forgotten INTEGER REFERENCES forgetting (id),   -- the last one to work on it
	UNIQUE (annotator, book, chapter, number)
) STRICT;
INSERT INTO reading VALUES(1,1,16,3,1,1,'20261201T033534Z-0c70',NULL);
INSERT INTO reading VALUES(2,2,18,1,1,3,'20261201T033534Z-bf48',NULL);
INSERT INTO reading VALUES(3,2,27,117,1,2,'20261201T033534Z-bf48',NULL);
INSERT INTO reading VALUES(4,2,18,1,2,4,'20261201T033534Z-a6fb',NULL);
INSERT INTO reading VALUES(5,2,24,1,1,5,'20261201T033535Z-989f',NULL);
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
INSERT INTO verse VALUES(1,1,'done',NULL,NULL,'Matched: spirit-poured-out, all-flesh.','20261201T033534Z-0c70','2026-12-01T03:35:34.411333Z',0);
INSERT INTO verse VALUES(1,2,'done',NULL,NULL,'Matched: spirit-poured-out.','20261201T033534Z-0c70','2026-12-01T03:35:34.411333Z',0);
INSERT INTO verse VALUES(1,3,'done',NULL,NULL,'No rule matches.','20261201T033534Z-0c70','2026-12-01T03:35:34.411333Z',0);
INSERT INTO verse VALUES(1,4,'done',NULL,NULL,'No rule matches.','20261201T033534Z-0c70','2026-12-01T03:35:34.411333Z',0);
INSERT INTO verse VALUES(1,5,'done',NULL,NULL,'No rule matches.','20261201T033534Z-0c70','2026-12-01T03:35:34.411333Z',0);
INSERT INTO verse VALUES(2,1,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.747399Z',0);
INSERT INTO verse VALUES(2,2,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.749287Z',0);
INSERT INTO verse VALUES(2,3,'done',NULL,NULL,'Figurative expressions in this verse: 2.','20261201T033534Z-bf48','2026-12-01T03:35:34.751318Z',0);
INSERT INTO verse VALUES(2,4,'done',NULL,NULL,'Figurative expressions in this verse: 1.','20261201T033534Z-bf48','2026-12-01T03:35:34.752790Z',0);
INSERT INTO verse VALUES(2,5,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.763134Z',0);
INSERT INTO verse VALUES(2,6,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.763871Z',0);
INSERT INTO verse VALUES(3,1,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.747853Z',0);
INSERT INTO verse VALUES(3,2,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.749892Z',0);
INSERT INTO verse VALUES(4,1,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-a6fb','2026-12-01T03:35:34.944545Z',0);
INSERT INTO verse VALUES(4,2,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-a6fb','2026-12-01T03:35:34.945660Z',0);
INSERT INTO verse VALUES(4,3,'done',NULL,NULL,'Figurative expressions in this verse: 2.','20261201T033534Z-bf48','2026-12-01T03:35:34.751318Z',1);
INSERT INTO verse VALUES(4,4,'done',NULL,NULL,'Figurative expressions in this verse: 1.','20261201T033534Z-bf48','2026-12-01T03:35:34.752790Z',1);
INSERT INTO verse VALUES(4,5,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.763134Z',1);
INSERT INTO verse VALUES(4,6,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033534Z-bf48','2026-12-01T03:35:34.763871Z',1);
INSERT INTO verse VALUES(5,1,'done',NULL,NULL,'Figurative expressions in this verse: 1.','20261201T033535Z-989f','2026-12-01T03:35:36.517800Z',0);
INSERT INTO verse VALUES(5,2,'done',NULL,NULL,'Figurative expressions in this verse: 0.','20261201T033535Z-989f','2026-12-01T03:35:36.518727Z',0);
INSERT INTO verse VALUES(5,3,'done',NULL,NULL,'Figurative expressions in this verse: 1.','20261201T033535Z-989f','2026-12-01T03:35:36.522656Z',0);
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
	source      TEXT NOT NULL, standing TEXT NOT NULL DEFAULT 'claimed' CHECK (standing IN ('claimed', 'conventional', 'suggestion')), -- what in the annotator found it, such as a rule
	PRIMARY KEY (reading, verse, ordinal),
	UNIQUE (reading, id),
	FOREIGN KEY (reading, verse) REFERENCES verse (reading, verse),
	CHECK ((grounding = 'unanchored') = (ranges = ''))
) WITHOUT ROWID, STRICT;
INSERT INTO figure VALUES(1,1,1,'Joel.3.1!4-6','metaphor','','4-6','exact',1.0,'I will pour out my Spirit','["a gift of God","life","human being"]','["a liquid","water","nature"]','[]','[]','The spirit is poured out like water: אֶשְׁפּ֤וֹךְ אֶת־רוּחִי֙.',0.81000000000000005329,'','','spirit-poured-out','claimed');
INSERT INTO figure VALUES(1,1,2,'Joel.3.1!8-9','metonymy','','8-9','exact',1.0,'all flesh','["all that lives","life","human being"]','["flesh","body","human being"]','[]','[]','Flesh stands for all that lives: כָּל־בָּשָׂ֔ר.',0.6500000000000000222,'','','all-flesh','claimed');
INSERT INTO figure VALUES(1,2,1,'Joel.3.2!8-10','metaphor','','8-10','exact',1.0,'I will pour out my Spirit','["a gift of God","life","human being"]','["a liquid","water","nature"]','[]','[]','The spirit is poured out like water: אֶשְׁפּ֖וֹךְ אֶת־רוּחִֽי.',0.81000000000000005329,'','','spirit-poured-out','claimed');
INSERT INTO figure VALUES(2,3,1,'Obad.1.3!2,10','metaphor','','2,10','exact',1.0,'your heart ... in his heart','["mind and will","thought","human being"]','["the heart","body","human being"]','[]','[]','לִבְּךָ֙: the heart is where one thinks, wills and feels.',0.66000000000000003108,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(2,3,2,'Obad.1.3!9-10','idiom','','9-10','exact',1.0,'says in his heart','["thinking","thought","human being"]','[]','[]','[]','To say in the heart is to think: אֹמֵ֣ר בְּלִבּ֔וֹ.',0.72999999999999998223,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(2,4,1,'Obad.1.4!1-3','simile','','1-3','exact',1.0,'Though you mount on high as the eagle','["you"]','["the eagle","animal","nature"]','["high"]','[]','The particle כְּ, "like", likens “you” (תַּגְבִּ֣יהַּ) to “the eagle” (כַּנֶּ֔שֶׁר); what they share is in “high” (תַּגְבִּ֣יהַּ).',0.85999999999999998667,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(4,3,1,'Obad.1.3!2,10','metaphor','','2,10','exact',1.0,'your heart ... in his heart','["mind and will","thought","human being"]','["the heart","body","human being"]','[]','[]','לִבְּךָ֙: the heart is where one thinks, wills and feels.',0.66000000000000003108,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(4,3,2,'Obad.1.3!9-10','idiom','','9-10','exact',1.0,'says in his heart','["thinking","thought","human being"]','[]','[]','[]','To say in the heart is to think: אֹמֵ֣ר בְּלִבּ֔וֹ.',0.72999999999999998223,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(4,4,1,'Obad.1.4!1-3','simile','','1-3','exact',1.0,'Though you mount on high as the eagle','["you"]','["the eagle","animal","nature"]','["high"]','[]','The particle כְּ, "like", likens “you” (תַּגְבִּ֣יהַּ) to “the eagle” (כַּנֶּ֔שֶׁר); what they share is in “high” (תַּגְבִּ֣יהַּ).',0.85999999999999998667,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(5,1,1,'Hag.1.1!13-14','metonymy','','13-14','exact',1.0,'by Haggai','["agency","power","society"]','["a hand","body","human being"]','[]','[]','By the hand of someone is through his agency: בְּיַד־חַגַּ֣י.',0.64000000000000001332,'','','openai:sim@127.0.0.1:8391','claimed');
INSERT INTO figure VALUES(5,3,1,'Hag.1.3!4-5','metonymy','','4-5','exact',1.0,'by Haggai','["agency","power","society"]','["a hand","body","human being"]','[]','[]','By the hand of someone is through his agency: בְּיַד־חַגַּ֥י.',0.64000000000000001332,'','','openai:sim@127.0.0.1:8391','claimed');
CREATE TABLE verdict (
	id       INTEGER NOT NULL PRIMARY KEY, -- in the order of recording
	reading  INTEGER NOT NULL,
	figure   TEXT NOT NULL,
	type     TEXT NOT NULL,
	decision TEXT NOT NULL CHECK (decision IN ('valid', 'invalid', 'reclassified')),
	to_type  TEXT,          -- the type it is instead
	reason   TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	at       TEXT NOT NULL, by_kind TEXT NOT NULL DEFAULT 'model' CHECK (by_kind IN ('simulated', 'rules', 'learned', 'model', 'person')),
	FOREIGN KEY (reading, figure) REFERENCES figure (reading, id),
	CHECK ((decision = 'reclassified') = (to_type IS NOT NULL))
) STRICT;
INSERT INTO verdict VALUES(1,2,'Obad.1.3!2,10','metaphor','reclassified','metonymy','One thing is named for another that belongs to it.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.784553Z','simulated');
INSERT INTO verdict VALUES(2,2,'Obad.1.3!9-10','idiom','valid',NULL,'The fixed phrase means more than its words together.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.784553Z','simulated');
INSERT INTO verdict VALUES(3,2,'Obad.1.4!1-3','simile','valid',NULL,'The comparison is marked by a word of its own.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.789042Z','simulated');
INSERT INTO verdict VALUES(5,4,'Obad.1.3!2,10','metaphor','reclassified','metonymy','One thing is named for another that belongs to it.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.784553Z','simulated');
INSERT INTO verdict VALUES(6,4,'Obad.1.3!9-10','idiom','valid',NULL,'The fixed phrase means more than its words together.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.784553Z','simulated');
INSERT INTO verdict VALUES(7,4,'Obad.1.4!1-3','simile','valid',NULL,'The comparison is marked by a word of its own.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:34.789042Z','simulated');
INSERT INTO verdict VALUES(8,5,'Hag.1.1!13-14','metonymy','reclassified','hyperbole','The measure is exaggerated and not meant literally.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:37.804217Z','simulated');
INSERT INTO verdict VALUES(9,5,'Hag.1.3!4-5','metonymy','valid',NULL,'One thing is named for another that belongs to it.','openai:sim@127.0.0.1:8391','2026-12-01T03:35:37.804950Z','simulated');
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
	figures    INTEGER NOT NULL, purpose TEXT NOT NULL DEFAULT 'detection' CHECK (purpose IN ('detection', 'validation')), follows INTEGER REFERENCES attempt (id),
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO attempt VALUES(1,'20261201T033534Z-0c70',1,1,5,'2026-12-01T03:35:34.410387Z','2026-12-01T03:35:34.411333Z','done',5,0,3,'detection',NULL);
INSERT INTO attempt VALUES(2,'20261201T033534Z-bf48',3,2,2,'2026-12-01T03:35:34.727592Z','2026-12-01T03:35:34.753341Z','done',2,0,0,'detection',NULL);
INSERT INTO attempt VALUES(3,'20261201T033534Z-bf48',2,1,6,'2026-12-01T03:35:34.727789Z','2026-12-01T03:35:34.768793Z','done',6,0,3,'detection',NULL);
INSERT INTO attempt VALUES(4,'20261201T033534Z-bf48',2,2,2,'2026-12-01T03:35:34.780054Z','2026-12-01T03:35:34.790205Z','done',2,0,3,'validation',3);
INSERT INTO attempt VALUES(5,'20261201T033534Z-a6fb',4,1,2,'2026-12-01T03:35:34.920614Z','2026-12-01T03:35:34.948862Z','done',2,0,0,'detection',NULL);
INSERT INTO attempt VALUES(6,'20261201T033535Z-989f',5,1,3,'2026-12-01T03:35:36.515899Z','2026-12-01T03:35:36.526073Z','done',3,0,2,'detection',NULL);
INSERT INTO attempt VALUES(7,'20261201T033535Z-989f',5,1,2,'2026-12-01T03:35:37.802757Z','2026-12-01T03:35:37.806112Z','done',2,0,2,'validation',NULL);
CREATE TABLE validation (
	reading        INTEGER NOT NULL,
	verse          INTEGER NOT NULL,
	validator      INTEGER NOT NULL REFERENCES annotator (id),
	state          TEXT NOT NULL CHECK (state IN ('not run', 'running', 'done', 'failed')),
	failure_kind   TEXT,
	failure_reason TEXT,
	run            TEXT NOT NULL REFERENCES run (id), -- the last one that was to judge it
	ended_at       TEXT, carried INTEGER NOT NULL DEFAULT 0 CHECK (carried IN (0, 1)),
	PRIMARY KEY (reading, verse, validator),
	FOREIGN KEY (reading, verse) REFERENCES verse (reading, verse),
	CHECK ((state = 'failed') = (failure_kind IS NOT NULL)),
	CHECK ((failure_kind IS NULL) = (failure_reason IS NULL)),
	CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
) WITHOUT ROWID, STRICT;
INSERT INTO validation VALUES(2,3,3,'done',NULL,NULL,'20261201T033534Z-bf48','2026-12-01T03:35:34.784553Z',0);
INSERT INTO validation VALUES(2,4,3,'done',NULL,NULL,'20261201T033534Z-bf48','2026-12-01T03:35:34.789042Z',0);
INSERT INTO validation VALUES(4,3,3,'done',NULL,NULL,'20261201T033534Z-bf48','2026-12-01T03:35:34.784553Z',1);
INSERT INTO validation VALUES(4,4,3,'done',NULL,NULL,'20261201T033534Z-bf48','2026-12-01T03:35:34.789042Z',1);
INSERT INTO validation VALUES(5,1,3,'done',NULL,NULL,'20261201T033535Z-989f','2026-12-01T03:35:37.804217Z',0);
INSERT INTO validation VALUES(5,3,3,'done',NULL,NULL,'20261201T033535Z-989f','2026-12-01T03:35:37.804950Z',0);
CREATE TABLE content (
	hash TEXT NOT NULL PRIMARY KEY, -- sha256:<hex> of the text
	size INTEGER NOT NULL,          -- of the text, in bytes
	zstd BLOB NOT NULL
) STRICT;
INSERT INTO content VALUES('sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c',9281,X'28b52ffd6441236583003ae9c0232ad016246a0044fb0d298b58a43d982c91b4978bb1c273ce3963f522e3aac0025eada2c528f53078f10401210228023402a8515c497cb05b7bdbb0ddf64f35e2093e118edc9ae23fd9e82a374eb445d33b2ff1c72d84ea167dca5aff16cb279aef8323a98c6bcca2e8897eef616db9bd1b558dce8fb473de83327cc65f6a70645531d6b7fce85b0c838f793e382551b526db2ac6d6982fdb6b5cb727be59d74fd1666f45a3e949c111040ce49474ea76b6ef2d2e7f2c8c690addf2acd4a754747cfb2d5082236b9db354b1c73ceaf6532c5c906f4fdcc28ef0314f5f42740f1c39c0405a137facbbe46b61f3d36ad4f95eb2db6b5e2154ce137f9cc77fd612d3ead3f860603e54e17e34b24e453f982fef01d7822aa5d155fda4dabc97b2b9d4bd24c17456a7130a8e1860209db734cadaed89fe596d46f5539dd798709b9cedb718ff543770e418d12df3e3599854f1e3fa16a5a2c42996683ac7eb10b2297eabcb0dbfa7fa94f30766e0480106c2b7ba8f7fa85e8de0080106d2a8c27e2caa9c6b9f1fec18be2ae78ea60547f69a3185925d074706308cdb261dd2dde00000008061208d4fd4944276cfbd859eb3d9b7a94ebbc3a3783adc35740756a77f6be7536cc1abf3c111253125e313936b3fa5f193b6dc61d9dee2f8abc7a5e6d352f5c7963370a4f3909590ecfc98b3ecb845f989e3bd45e2a59ef14dc111bec53a5e4ef51fc539ad3ae7c6b729e7adf9535712d36ef9b12ae7a9c87ccb54b8a79d01c360fcd9db5408070000c3b8a5c006eedc2a6e829fea27fe146b94b4f55b60db360a265712db5a33edabc9973569181c804b15cbc33f2a6832bed6c6b59c629afbf1a42e3e719c891eaad5301006e5379eefc1fad95bdc2f71fd59b85882402ca454c496d214e20e08cc4bc6ec25b7b7d0e579a7389b7a6b32fe2171fd54af71a39dd6a83095886c319d8af6128f1b434fb092ba4ef1c6748be5b33ca94f2f868124559aed9f62cf1c7a95b9e53dc5d2e44f595b77503e10694d15e8ce2dfa2d55b7603f15d7c2e5f6469f5370ab5c7aa279cbb535ef2d149995598e973d2befc1baf18ee6c3796fed14ba24b9a3f1694a313872308f5a63fe2455dc922d4fc54656e696b185af2d8badf28301f1acd524aad192f336fa2016ce8fb1ad66594d6e0f081fae7d153061c43bac266d8bd3b6bffa637952f3e1f329690a699f699e92a6741516c5843f30a161200c9c8a9db74845bfe385a4caed07c3d3cb13b7183de6dcb870043fbac87b37a28341d339253a0b4738b7144f89ce4f3533a8385d6ea3cbb751c51a8392788aa72d8d4af0b2051738dde5af0d61ba65ece9986f53d2830f6e64b7772ab6214c3095f7981f7b8c61ec29a9ebe8923de6a740e35f70e451bcf1b74d2364ae7d6e7c820faa0b1708c3b2cd2a082d0b47e4f5d9d8f6326d5938222dedb3393f7536c40f8694f8b0700407b0a7da9233aae346d56d596dbe3ddd5ee7fd544a7c78c0950da73bc52dc5727c7bed1f6c3fee01d713aad1f9e0c8b1201b06c2d0eb92c6af269a0b47dc52582bb71c18168e68eda7ed33388248e7582ae73d857842b5cfb7c04657423256ec2dee80e87b08a8dab9442183e008378ddd96b86d9a75832309098ea43d201cf9e00d0672cde048a20e8d78ec3d6ce2b8f99c4b38ad86f006c348a7c0457ce98e4ef0852aec9cb2c1e158b72d3da56de2c0fc16d9ea131b1c51a76fb14cdd61d1c4e86c9f6e70e410eae21cc02aae5c141353e19ee0665c199cdb6e75b9432a747d875bdbdf5ac2b10b8ef0b27edee27eac55278f614c25d6f2cb16b7a0dd3a6018b779ca1fc59fc60536729e07dc786debf9d892aed9365dcaeb0a77c62f7c39d54e368acec9ee81bf51b3cda9e8c7a3e8d2e56908f830c1ce4bf8b4754ba2adb5549097d5648f3978b1db07f4fcd862ceb7b2392f7b7d84bd1a74abb17f7083812ca77a17e7a8fac1a02432a6a2e876ed1cfed1ac0bfd38c5989544d424dd4e5c78a7e52d14a936fdf12026823718c891d214dc2825f1e1c703d23ddb1916de6b9a9e869ea40a24dd2db73fb89582092a3ff816ba7e3cabe49150123b0f51da171b2974c7f03980a412bcc1301cb885ddfa81c7cd136d315ffdd3cb1b0c4de5c6750ad9138dce3cea0d06f2ec1a3a4da79a2f219fc2613539127d0bf21b0ca43131b9a4bcec599992dd618fb1a726f698bce304af5a157760644c6042842151c68361e188949e8e2efaa90f10b63cf174dff206c3e0069a134d69f81a13be0ce16a9fdad4d5e5a9a0da0e7dcb57bfa718dd66654c4f50cceaa28caeeab43b3cbd2c8c7bcb29a4095d3efc041ff32c4bc566d403c3405af352977d2fad2e8cebd64ad9a807478e795ad1f062193cabcaad653f146a7869233bc2a9c88c0b9b4a182bb9ed5555e11215b26bc36e31ef4591ad2792c3550cebd58471d1659ee8d564516434c2b4b75873fe84929a128c67ef01e9f266166e10b2276eb1a5309a9bed1f9784b68c611878ebb62752e262dc628a996fa95e759eb866d9c2d0a52432fa3ce6d2d960bec466967bb3abe84fe336cc0fe5a19d73d54ade363f61ec254b75995feb3257ede82a4fc54b4f18a9e9770272e269ecb4c60463dd25fc43696bc730f684c18d97deb7e01f731286929816368a275dc77c8b859e60634f494bdf7394b9ead568aafaba3d838a579d5ed8283f84cd4d0957e81026893e95b173bee6fc56b3b6b2518bd187c4d38748d968befdd3b8aca970fc85ce5b298daad6e5ce7cf98090afda2efd125c4f18296d7d5d6af3db4ebd9582ebcf03db39ce3b6d31b734121f1806d2da70f023a94b4f3537271a4d7eec314f3c3a256d137db32d5e86e3388e63e1cdbabced4b6289a2bc73fa143f640c1fc18838c2479261a440420a8ca30a7190805693276e358b18218160c51a71200450e00a1c073414f0a36f4124108c081446482052369a200e048220880482af35114702098461245893035d090a4d810404414648201881c213a6cf40030f2a60e0c8e29875ea8cc7c0114e1ed81415e3521282a7259e1b1d5d4b93c39e8e2a6e5404c3d8731849c8f63e3e9b934e29e81cea989278abc9299ed853e0ba07de6020c786cef805901f798b0390bb558c5793dc1aca4b98a43af006037914c7ca6cb3c111be84077f58757e28aff33801c11b96aa427c3b1ef3e04833ae45376943b73f8a00388324a8026b96241963c8d00c8ccc000900020804281c90248ab2cd031200d0e29e968e060280001d04d88b049582421c362cdf4d5b467fb01be08bfe46145c3c7b63a3dc29356f3e0b75cae8891dcded4564cc205e88b638fb15ed621f6cb0f05611d9437b63941aa7ac9e86063293f5a66dcc83aa00b426d4a2a20e21f4f7eedccca4db393d4e0608300c46d0893cde7e44ea96ff3435bb92d4a7ec3281d10e1baadc2c05631343f41f9be3220f2d1b1c41c1aef89a6b35ea2984915f11029d60a3108064a1babd35a588a80818a1a9cdd9f9887e2cdb1b3049da0ddf12bd025b013728a9522b646b03b347f0b069505b92b74895ed6ecedef9b1683d3ee36d2928530da9c955a76acd9fb15e306854d51e8c629c86e67f0b7d76d7d92f49c62c71136a63fe048d0b49eb43fafe051c667dce859675f75cddb5b1d7ba73537480ec8601e3fed4bc43a24bb40d75f3b847a9ed179b7ef0d512b28403bcfe27cd0340250420e202f81670f30a91fee2ec681a8e0e8ff4645f0e891c115782f7971677cb2662269dc8093d12f1c3a43b9bf0c9fd2456e00932c9709321931a377043eb47e3b1ea4a6151bfd9406ee98c0d743d65f638439e76764a500c7689ca52008aace99ae17df8c0f404cfd443afd710a268aaf6d87d315ed9638408c4ca3daa06354cb0813f79ab51417f292c8284b26275a617f0785651cb0b0b142f3d04c8496874557ef0413be6a7f66d74bf2869234ee043066078101f89c31ea6e72b99febe2e7c48d82f07d465b4d43d2c7a2fd71a3f1cfc893897dfb8ad677bb1027348430a9d0530b3a88665592557d7278e8bae3da82704123e685b611f2243ad545970c541fed5b0c9938c5ccd0866d7c7d4bbb36d0e04e11b585557a62bf7ff7cb494a2879e15a89798ec5ba0af3cb6acfb59c17ef91d5d54272477b087264b66908bce7f27fb36e1c9a14937c89f4c1a944596060462440c7efae3530cf1033a52c4c83d8d597b366c6af9657670c6c1ff454b6c2b7a1a313ceaea4d9b9cd87603c7ee5f9e7dfe1261b0d0b6cfc6ac5316862f28b07b46d149cf070bc68b5b3d8cd0b260c3227e21d51ac3990ffbf087ba73c15879661c30bdec92c8778843da3a00d26dbe02d98c18919cf1ed9754d6d609f132b803642f8d9b564a14d26229e0f6c59090a4bd5ea342c2ae3904d726493ea46ec204be110cd5808d81b7617638387b023f7c77c88c67f584c34ecf1fee8b8d7024d48c1351f2e4e06ba837acfb243b090dac550ddbf122c507bb33bb177e80b2ee180fc71eed0a9336dc1e270031da717ad2fcc60877a2494af58db2bdaf9b1179d11292d92753933d0fcdf67af399b1fd5ba37e6160d3748756db5712c2a28f126351f9dbec62434286255f0a37dd271f0184f2cc9dade75f240d7608024e941b4e03b83f539a0229a7c3250dd79fc6dc6baad7cb2b4610bbea1487bc71159f2be6f41e0fa102e82257e2c8a576cebc274ad442c311930ae5c72c07d4939c8ec0c422bc9993fe384aceb67d88c70c69f0691040560e23dd67cd2828488d86ae91fda5bfe219590fe12fb89bb8cc6c9e6ec90b2ec41790219ed09a4328996dbf5f6e69261835924a852a83430e38e5c2dc5849b60024c0678edcb7525ae357495ea436adff79551eaf14bb7087e011e105bddb531e9ef5dac05c4d5e68cb9873718cc906955b6a5ea060e988146cb8a2b81aff9c6a477145a3727f9fc11a6b5171dcb2952f7a034d682959850743c37d125282f011fb3c5add52e61abd2b55afdc3d0d47eac951fb1030a33f94ee365d18c8263d9f4cff99f1d4358521a3a8234adc255eaac2782eb9b57142b290963ca679172df41d64052a516701196bf22bfb77e43673162a4480cd5d2a0795f87e6c5c5c66b3abffce5586bbc952b52b0a91b7c0d93ff7018a81f4bdfa800e24f040e6186e7e5e901509e6bec6ff989d97b02246f02f7b0f85f6a61fba6724baedcad8b22a3c49990b2ff12b968af5d43a5e25ddcc3ef49dbf720aa9dbc67c2ab6aaba85bb4b69159de5403a4895b0824b078f9f40837dbd884701be1934a3b219e065108b00d1b3c557611fae9118d704d85049128a2478a4ebab4ce17bd965fe5ffe1925972b3813518854a56054edbb80e92aa42bd3a03e4a694016d722c11a65141d52620a51c58dd04232be2350085bead90cd5bd6bada8b5758a41d44e44a8f71f205b85760249d5dfe2fbc27d0abdcb1b31822396e37f8948b71392e3045cbd1d2c1249a3d2073712977251d12b2adaa198b1d311b3bd4289f26e1ce3f085dfd90d60a2a540f7be5b5accf663abc08a6d643e94a23d99d5aba8accdabf96a659e2b9385450729937507e3a8ffe473b61f82843ca4d981ae87c06b668a6080f4f32e4425fc5edae713d5829f450dc47dc19c81843aced21fc0d501d39ce71bc811a30e60eabdb068db562dc88ac7958d222b88fd03e0fccd3ee70cb71409e5513926ba558333542031a5631cc9ea567a2f4630593461f6822adb7f95a144d9380d0c954ef54ea2d21584cced4c278ae92924a7afcc65d6f06c2d31a0406c2f18e73be28cbed578c53b1071be965e8f76bed27d27b56bf90450b39d836d3311aeb609aeab710cb3ca032943b218a8f6e588af68eae5682c6c74770d7b06a085976540bbea6a8d9436fdda005e28b65acc077be7a621');
INSERT INTO content VALUES('sha256:0919fde3e08d3bec892e11d43185d8427c5348821620722ef2cdb6e8bd46fa9e',332,X'28b52ffd44004c00b50700b2d0352c804709e410124826571a0fb1c9a629e003986288482967eda4b538b2894be883e481d8255b43bdf951c290f39011b2594dc688b7c90a02dbab2213e558c44b111e105b1922592552a6589312aff36e8310e80a2c81ce8acfeb26cb38f004381a9bd7cf735e6fc6a2336fc57cc2199eb913f30ba7afe7dc52c32fc7dc11bde696ac07daf628b151266ef28b948180a185d1510cba8a077e8f19606a958911b8ad63f2f13836a757b8e5d7dd60cc5f9fcffc72877bb139fd3ce656d46beec4f5f9ebf4963ab7dcd17c7dfd7547d6f334a2c83b796c1f010900d76697a7ed77675c192a04a895afb2c222870befe782115a75068534a52a');
INSERT INTO content VALUES('sha256:c583e61305ac6efdc2ffd690b1e13dabd0762ccf0dc0c612a5794ea1a7e4a12e',34,X'28b52ffd0400110100416e6e6f746174652076657273657320312d32206f66205073616c6d73203131372e276891a7');
INSERT INTO content VALUES('sha256:5ce7e6110845b32d39a4eab27364e791cc6c4adcd6025eca2f84430a701057cf',6340,X'28b52ffd64c417c56200daa7b01d3f304be20440a91a0a0a0a2a65c31a95b161642324914512b954804586884c236ca654acaca51722e07a9ccc919d61595675062016304b06c5a2f88521022c01b901c801d001f768fef0d0ed381745e6302140142b392bb23a6264e4a55c89704a3c4d106329498081c38417144a8e50aa40c914ba42c993bc544a182f224ce4a448d34ad96912a1a7693191a5845954d272b417b8938d4c9fe43a2b699922bd119c1687d3e0a067ee86031d7b763b97bd733b7098e66e88600f5d03fa5cfb847b0122bbe712df32cfbe455c73ed76122eb81d1705235a0a2d74235b537d3b2bdef95cc909cc98a6475157d2f2468f7ae0453449690950403aa167ee854c733f1c11cf1e7ae89ebb21e118bcc2edae7b7edd8d8b82b153ad4fe2083d5772a511becab3a5f252384d338789bad3523807d01c26bca844683dea058d12d6172b5152cf352e35859e327a943e09f51c9fa3f8bca0e4a49862363a9a6f25efe5495e09cca06474806b2525cfd47ad4d262a43781a32919f04ad5f5491853680a25086698221d25a4f0e295202822ee7ae710d7deb97643dcf5ecda3f3783bb3cc7ee0587bd73ec15ee8783b8f6ed7638ceb3637fb8e66e38d0b36f70ec76ce810b3df3cedd80ddf34fe4fae7d83bdf6e08e79876335cc77e3dbb17b27bbe79e67e80de79e6765c97b81bd7b36faef9e776128efd8243dceea250384b0f464ff240d837108ec42142995f9963bf38c71cb928380e130caa1261145fa5329a42ef5c09c2dc2856def922f5b3f526476fa7a4bea5515c381130a39256b4137c979d1647f15588f14ede5a5c9f772ec652c24030636e34a5642feb85f53051ba92d6944ce283d3f4e2529e0650441c768de6a19bc14978e6201eba1f0ed4b91d0e7b27bb1b102ee21d07ae21e29a768988630c110f69b67bb44b606f68c7aedb6dfeb921170500b592ae52a59294eeace8db591d378a20462a6000a28d307934bee9ad1e3dc018a98062017b76cf297c8377ee07f6cf35f76cffdc0decdb291cc2315c1402d04a84f1ed54f152927a2f6fa7b91126d0e2b5bc5931e58105902a958cebe84913acb1f2f4b6525b5394b6328789184d95c45c0e1395b44c2b7c98e7b9953e0a23d7272f87892a5560b425319d2b91c8690a94d54bbd89e95e164ad594079ac384a2c1858e5d8b38eca00dc2e022ae651c67836b38760ecb1cbbf6eb6eb81e7af6ce37f764cfdc90ebdab3ec9b6f8e7dbb1722aedd0eec198ee70f0b170583e330b1d8b952ada4f5c00b3a5fa5956ef4ac53e52d7d8ed2355692922a959420281ace733b7011df3ccbdc0d9c6fefdc91887b5ee18670ccc0913876897b41c2b3ccb1db01fa1677447b263b06146e8650765dbb1f150e3a855fb743db84ee87bb28a43abdc5ac057029dce8059c2894675548bde94d3ce14a75278b5c8b2dca14e995aa22026170eeba677b343e073544320771329903bbc65d140c4a77560a236b8a2a392d8ef0d6420d30234a58279527945e542d30a3094a13af54bd13282bd8499111a49c22d78a0005c45d66a0b0f9c3439b6b9c03777dd390dd730dc43bdf200c98171e8e46e620ade12e0a06b5528dd21b014edeb9d44e8f567317f09414d32a2757fa2674ebabc81aa1a39d5be39ace8d15b853521cc557a9a4a2d6c33c470be7acc4372b5d6c04a9742465b55ef44011719c5f6e23713338c7f9c3fd70dac3e69906d2fe39f6f97637442420d8b5679c0bee85d0763f1c9b3fdcf3cee69dcb4e29ad8b9c2cf524ea85444ede029e2b5539259e5146de49dc49c2cb940828209c6bc7fe091d74897bb663d74cb8c443b743f30aff3c8378e67613de39c445c1985ba54af5266a4b62cac42bb1f5286f94d6dccbba3ea93a8abb88d67a1485d1223e6a21781197b255a50aa43c2b3981a241eb6ca05f5be8a087847fde91f08e1b11cf0eb2c3b0bbe1a210a07af400f86aac2445ba5692428c2567a51b2d380e13d68b5cdf032981e630a1700ef40bbb239c070c9a394c5032aa4418c14b2b51558165b5b4a5b2ac4c092f2f028573d7258e5db703a761700adf1cd93f1ded9fc645c1b86c651df0c20aa3379f64d9081c6100527d9265e7a36041b7c2f85e7c0578e79bf64dfa809acf14ee0556cb9b409c175cc8b9cd848d4264c379e6017dd39e39e8a15df00b2274ed0f8d09261021f52a884b80190fce47bd0828f8a66489a68514d38db0523841098228be092327a956320253b979f895e95cc2767d13a2b04142d7f60bfb060a3df3704f430469a1a64f5a44bb517c608ec304a37af4804a84567ca62a79d9888ab392583b492455a59e9242bd89e267c9b254ee84143fafc43540d77c733b685c11e7dc82cbb4639acdf60ad7ee064cf32b834f38b6b0391aa148947042ba944a4b25256b92d2ce2821050d3842976191d0b36bb6839e65bf2ec715c2ac71170523ee4a5c65c4c8697a18eac582ee046658d3f4aa086b941347887046927a614d52b245394a4788d57c0b0e7b761dc3b64de86e886858b67df30af702e8d7fdd03821975d148ce8ade4889196ca715675278d7623cf0abdd828e90006e079be7db8886fcf1ce434c71eb4ed9fd0b36fa06f10ed713938c734c70eca227cd44e4be5b917386db49637a16b2961aaaca6d193935239270d0702fde1131e0a821ea822ca8e0621434a19a2810c200100520802088784a12e4f1f128080d39652458300047d0018a0e03adf0043ff2b856ba0a36b6a59507ef1197da0a27192f86882b3d3918eb91dc4e6b7d9d1878b7394da05abbb40d6245551aab8c601f7781d38e9bee135ff0df88737d0841bba66e83413fa8322283764e81211a1c01c43742630460ec62d1f695549f933b3ee90d0776864467506b369817e00cfbea0ac2fb63dda71b0b717ec40105400f47d131b705623667274bb25c0e26c62263e39daf3df66bcec082dfdcb3c4b008453ea6c36b3ee4da21246b7e30b3ddc086572d285c43444c6c4e9789702286c46141b7ba6ac3dddc86c1f7008197e76c83c6bbf3e3a4df89eeeb08feeb2c1f363a152c28d4fc8111121a33619250dfe4f2429a9b27406587f64d0ea82ba16e058688eebe604676bec82b92482f9bbc270f071dcbe5dd404c0b0d3b2433e05a8c58edc09a0bb8e17ce23b7cbc03a2b8e7dc5e0ee88bb3b29d8da827ab0c5cb6336675b05a08c63a32cc687e69d09720b6f610f53ee48146755aa2f319ba53c60942a8bdc987df66c026209060c4d2b706281a8c2181209c470892b82971cc92d2d04f90ee6727407ba3de58e65c6e3db534345d680da89528072449cabcd29b5b8ff5c719f67349b3838a585954ea05a716a521f27699a0c7249889010758712ecc0342e2375b64a18b46552c7a411326854b3cd90526948b9f13021167bfd1493a962a744f2a390b244350e0271ecf32c33266fc23c2ed09681d2746f634678757a0c32b067ed6475b3f5c7c001f91ab20f6963c66bdb414173dd57397aec452dcfc19d1049662397bc1917d408644446e3e45560d953d21bac913cdbf206e80194acd57f75df01b0df01410f265432513977f3312d8bfef3d4c17e6240356b0ef8b9896f2f1a3d1ce519dd336ee9e2910b9446159d31c35a3f3505b5bc46b3e79eec635b7fc07e0aa6b7725bceaac1ac34dc454647bc69343dee9f04fa90c55571524a66bd4385196df84a7190e10f855d6f809e0f514b38b6131860b390b307652a4bc0441a90cd869600bcdd2646018fbc2333efb2c490c71480bc521caa94a1309ad0f616cdc75cb7e6880f27688d50e42578db375e1a09cb4e077d74dca486e12d07ef7a0fea50ea017d48077b50a093781055cbc0481f20afd7c66f3d1efcd402a71ad083ad561955d8b7a863021d5a65cc82f65157200a9ced843a27cc18c36a70c0aef2e5cc609e2559d470e42ac1b2e2095be9f7a0777f4932b2d244984534ac9a350544b1f738fb8ca8a66a226ff6d8d38029da467a7da69881fe0dcb95e7d17610942097acb1bb80adf7e939a408f175a37bdcc1246cecf63d2ea15e9563b9b3b9f449ae55151046f9c28d719ee682b5e96dbaeed0ae068b392912fe81184da2c72ba788cc98756a552da182b825c4d2a3f96594bf5153b82e4144650f7186c7b759862284f20f4ac2c76185ad2da2431cf3b401949704c141a492060a5670b2be7bc4764bd2af46625fc7d73686f13170ed2800c0c82d0a1d5940caf48400063997171ccc5661fb3df8159c0809e89f186ac012ac9a3349c85477c78a5ded69d650c3d3d14212d0545fac7a0431647f6c9a3dc8b6d74d56f712d77c6b919d5be896e06e4b82aefbe2bba6134c3a4938dd3eebec73f8a6b368e20c2f022ca4ac04b23b9e38a9a8537255e049b4b7717ff675c6e15c119eab153b283e81b74272df1f138027f98c7ee43baf8b86fea32159ffe00378a0c7a0');
INSERT INTO content VALUES('sha256:458aa01679315e8e8ce5cde3fb9d502341f58463c2e70c224c696594c6332d74',33,X'28b52ffd0400090100416e6e6f746174652076657273657320312d36206f66204f62616469616820312e1edccee5');
INSERT INTO content VALUES('sha256:41331f69d0ead0fb313cf70e651ce6db5ab9d74aabc3328bce27a35932b2bb75',6876,X'28b52ffd64dc197562000ab6d01b2af052103548b408b4346052ee31678dc8920ca07298888888eaf5b0149131fcce3728517b069e279e7a01ac01a801b001cf078e186020c7a04bb7b37d4f71f96331a625e5d6a3528f5295e3db4f810d1c51ea164a93bde649b75fa27021df8e38851de16b9e3e84ca2970a40003694dfca1ee962b85cd47cad1c5f790dd5ef349c1b478e28ff3f8cf5a225a7d1a1f0ccca754b81fad58a72a3f982f2f816a4113e3e8a63e526dde43e95ceadeb2203aeba297078e1060209db71c66edf645ffac3663faa5ce733cb85dcef65bc6bfd4081c3946e5b6f9f128449afcb8be555215c431b6682e8ed529c896fc56d70dbf97fad2e2099e70640003e153ddc73f52af32704400037134b11f4bd3e2dae7845dc3d7b4f8423382237bdd585290dd054702308c5b079da26bc1234488601848e317b59414bbe79e42cfe9ecdb52a7bde1498e0e774d7903eba27f6be7636ce17541e108938892f189cbb58fd2f8495b6f50b6a738feea71a979a434fdb1f509473a4fb10e909d1f5b283b6e291f71bca748bcd433be1f38c2a750c7eb52ff49ce6875716e7c5b5abc357fe94c62daad1f6b5a3c15996f9b0af7b44f300cc69fbd2d65f008110ce35482087c719b9c03bfd44ffc31e63069eaa7c0b675185cce24b6b566da57972b73d226788498b8f655c08511dfb0bab4294edbfeea8ff5a4e6c3e763d292a2fdc639428ad055588a087f2042c3401838153b4f91aafc8e179032b71f0c4faf234e357acdb971e1077e5491f76e540e06456794b858f861712a394a5cfc52738389d1e53ababe8e266b0c4ce2254f5b4e42b0b2850b8ceef2d7a620ba6dece8986f11d2830f6ec56eef546c5370c154de6b7eec3586b1c7a4aa2bb7ec35bf048d2fc1912779e36f9d56b0b9f6b9f10b2654152a1086b5ce328ab2167ec8ebb3b1ed65da5af80129edb32d7ee96c871f0c2831b1f00303b097da9633a66347d36dad36df8e6eaff37e09252612a8d26174979c4ad6f1edb57fb0fdb804aa2352e382c29163211b06c2d0ea96c6af2e9a0b3f9c4aac99530d0c0b3fb4f6d3f6141c39a05b5832e7bd743842b5cfa7c056ae03649cec29de70e84b284e72263161a7f6d661bbed5feac3117c1a1cb9b5c47fd2d1656e9c684bd13b2ff1c72905d329fa98b5fe2dcb239a8fc29154c6b566a9f245bf97585bb7b7a3a971f123ed9c97d086cff8cb0a8eaca6c6fad68fbe65187ccd43e198c4d49a6c9b1a5b6bae6caf51dd9ef86655bfa4cdde89a3287f7a5d82a1a9dca82e2976442b6f9e740906f2ec9a728a2e351f42bea4617539107d0bf9120ca4317139a4acec518990bd61afb1a722f69abce3059f5a93373032221021c2b028e3c1b0f00342cf85aef24b140eb68e78ba6f5d82613002cd89c6387c8e0757a6e06a5fdad4d5f55450ed86bef5d5efa546b7591bd30f52b3bab4d14d9df686a7d762dc5b971445cae5c347f0358fb254ec4631300ca4352f55d9f7d0ea6254a7144a47313872cdd389c3cb2878569953ca7e24c561a5add815549aac877f5450647cad8d6a5d6a9cfbf1a42e1e719c8b1ea9d5301006e5379e2f61fdec29ee97a8fe285cb61c0e0b2855614369e9f08603e6216bf696db53e87ade25674b6f4dc62712d52ff51a3bda698d89a544c554d3a9ca5ee2b163ca11cca4aa4bde886e593eeb497d7a1906829471b67fc99e35f46a73cb7bc972f2c7aca937281f07b4a689f2c5adf2539a6e613f1595c275bba3cf1fb8650e7dd1bc756dcd7b0a45666dd6b1b247e525ac1bbfd04c9cf7d62e29b72c77343e2de904478ee6496bcd1fa4c90dd97a2a36b236b78d2d7c6d2d5be607c3e151ca5952a32de775f4392c9c1f6353ce5a5d6e0925083a84ca2185ba45bf59d7db52952a5f261c796cf1b605d935271ed73cad0a1b46081c84c0c1423e1c0704418eb8d43cfad66103c481f1701c80386c8038f00104c340ec81f190a65c07893ecdf41454800104138e345af335351d8b3a6efc931c286dfd18e440f05b684a39e276f96a1aa74e8c8ac9059ef8b4e742133baa8161ec2dd8404ea1899d514a6838d66d434769bb3434bf556cf5080b8ee8a24fa12cbd6129625c6c9f5a70e41454c519805554b9145153e18ee06654149cdb6e75bd219372fd865bdbdf1a6261121c6165fd3cc5fd50ab8bbca6b18458cb2b53dc42bb4dc0306ef3983fc99f460536721e06dc786deaf9d842d76c8b0ee575853be317be2ef5221d55cec84e81bf15679b53951f0fa34ad7d30bf0e1829d87f069ea56a2a9b56490d7eab2d71cbcec56013d3fa69af3a974ce6bafaf602b4739d5d83f588281ac4bbd8a5b68fac1c0243226a3caedda2df847b32ae5c731c6cc242a0ed2edc485775a9e4295d4a63f1ea561e0120ce44069093b89494cfc4828ba673bc3c27b4dd1d394076982a0bb75fb833b31b820f3834fa1eac7b34c1e0826b1f35049fb622b49b96bf80c00d2062ec1301238859dfa81c7ce134d355f0d8242a81253982329e6945166406606d000020804202412458a3aed011200f0e29c878e0603507400ec01c03ee5bf68932d5b50c7c68cdfd4ef32e7ab556699243909082d1305d871796c373e513a37201ae55209fd723ccb53e66aa53bc872e7edec06a339b72a863cca847b346804fedbb61e66c0d1c81fe5cf9ed3fd4fcbc62f097a58dd73ded370ae6a43fc8aea0538cb37aa1b7291b74aa1e821d34e1c5b28c618892484722f9d8a5ca4dc9051bb127482f502ad10b45c6c3eef2f55677a7be2079c8b41a28a6425dc286cdf2be3c5d13eb5596586001a996eace8aae81e6c670752590ddc7a15344ce91707adb86eccd8b775282a0bfeca93c6c1e3729844648760435b112076cfd77936b340243f9ef22587b5d5e85ea07600de2fe5ee4bc9795a660a34fb1a48286caf63541c583ae73cb4c9958fbc9b90426fd6467559185036bc030ec29e680f0f3b64c659aae378e9f9f2fb4a209c7a351346b4c138f037040d3f3ff1428211b4ca619b2a528b61d7a77b7b063c7537f798e411619827ca6d7202fcd166a767f037687c6f9a7c553f2b3373bd1322b15a42341b442ae2e7b1da9e6f3e0a6c7fd6c817a6dbb44ce159fb4e8440cc280f3f657a1b8d6c74e8b424a770f7be790425d456b90379fe30ff600617dc524e930d703fa3654aa81c2b97c4b86e18bbd3d4576f633042a41b8238e68debf11c31a7ed78312a3017be12e72ea5a50c66a21aaddc1531232753cc5a213d81df08582cfacf72e9875116db9a9478644be38206c1db4c607c3ecf8f9a2059353417c36f9d2ad6655d92bf56dd706526375d53d6a01067840cf1094d2d42c361fbf871cb30410923515da81072ce84d355987791ab05b204a0e1c8652f1f66dc48f2866a8bfdaf2ce57b41a9871b1f0fce5e76dd52fa70f0daaa7345bcc89635e7548cdf06c65bf25ee0d8d29014acb7a2b71acf9c8aa32042c8b9f8cf580f634b7101d9629ca2819cd312a7829c81266bd25882ea23cb3c66dd7c926becaefd5e55bd9420f5e79101c9e6d00d4ab74c0b3f008dbe7ea67f600475af61722dae881e70894bbd124f476e4d9d9815a23f8fd4bc0216720eae012a16677d3256f6abf9ef4834730e5439803a5d7a0e150e7e6c435ce4b6abfe4ee71932264b76577a479e81933ff1034420294c7dcd1c787bc8e6f8637e38c8b205435fab3dc2f225668191e597ee01f9cef7c3c919116e0b2adbae4a6e69724153f942a9d849bde655b41b69093de4d793903cdb48a7ba50b5211c674b3bebfc4ad299550272924e0dfc9d1b0c7971370aea66581af54980d1200a085154c5cf6007a8d18dab2e6ccd4c121309ba745594814d2f0fe63fe5bf99e4b482381102a57a0ca3db3e074c5a215b342df6115803fab80e032b1c50e649252884828da0653204132822ad7a06870a5a698d3cda801083a91d0f50df31385a45bb577af5b764df089feabb842606e84402ce45886c7542784680c85bf9900818d53a9894581f9709bd8ba205c69a9d06c7763f4a24dd0a194f0a56b3f8c0fca5f8603f4d8b54f4201784ab25c6477ab421330413c85571755e2d0f5cb88cc076500459d32b0ee60f1967d52151ca93a11d91fd6f5eb1a9ad01d506d31b55f07b899e4f5a07d7921a45f245ed03493a1ee11f64cc8179ce8937cb91a42e9fbafe16656ac5b6ac385b615164ba314503f4bf59299c89970aa4bc640f24dc069218524884cd315eb272c5d8a2904ca6330cda28b1fb2e3114281bc3cb58cb09af921bdd3de45e31dd550c369182be6fcbebc7935f09900be2e3c024bd5fe756561bdc1f44bc425dbd1e9dbcd2b22631ab17408fd9e441b931114bf31c9ca809d339de5b97592e867e7d5ef17c41e5af961d83526982323a2c3ab3006254cda341e9e9870693ad58ae2f1f929d347b');
INSERT INTO content VALUES('sha256:b4d47b40a0e0540088ec1367838371b74d830017148d97006481b1c293b896a1',2616,X'28b52ffd643809552000a2b37728800730000cc300644afedb93eedb4b97ede5efcf521c1828d040130e3166ba898890afadc984050b6be4bced5e4da12d06c2312a718a2b7e2f28236f9870e40580708c32bc14044c0413b80e18c7bcd3ea2ea435d5e276938313a701e39804baf40a576bc58b5848e72d602c965531997a715f7284048c630ec3513a0dcb824656d3e2b2913b40c1fb369c382205c58d6cddeee2b7e2750518c7249868f99d12c4526a00e398f57b4171db6a43a28edd30d1ef781b82714ca210c36dbfb349dbcb32cc23e146a836acecdc8b611c93dcce979b02cfc4c8f1a6172fb3637413ee02308e69eec2f843bcece26be63d70cc7bed32413e2e3ba2d779d1ba4932704c9eee4a47741cef736cd8036c23b3982e43b78ddcc3793bd7552fb7c031395b59f1c2725a812b3e081c13cf5bfe66a3e142935d74de5e6cb75a6965abd5393cdc6e8e4e3751360c3846b987d50cdd64b8bb879517c8397211b353de375c491b8e37195d01c73cf88dde99f2787abbbbdc4edce3840cef61341bbeeee174bb88841be018b58ea3cbd261763cae5cc40a2fee5a795d8463d6eee3b6bbb597bb94f3e6ee7c718f1b3b379cee9bbd70c6d1eee6cacb7a3977c39b9cedaef335bb6c6535ba6f37ba6be4aed9eaf47211e7091fd738c6186590a0c182040a10048102a8314dc30cc90c10048020080a010401c48116b30e110060f0144d494000be293fe9ac78f9658aee90530b9ad3b840fa052b3492301499335a2b3211b5cf170d68439c9bd680e26a3b3ee31e297b211948c403fbce6549632114abb531b02a95566f9ebe8cf32a831136bb9637cc3994c7d9414f5ad1ef50b3fd1baa0c36112141395b536a2929f994eaa783723f56c01a2d42de7d45aef6b94a0111f0e9ffbc7bc36a5369d3ae335e3dc7e1b1fb709de2dd6a93327ea35e1d23e4a6fc05101fe4ddbfcd305ee19af1438e60880c46bae2c5267003833354d1ed91ba4d0af826fe0471f7ec8f1c3e0c9594ced9dbaba9fb8a1cf3eddf749d187944037e7921cfdc024f712ce0bf58fbb368cc0851103437a47519838296ebdb1b35e505d524242ba9b11cec96cf899cb37fafa7cc46409d9df1dcf72a93b353f4665ef73a93170c85e8170fd7d6c00c478c493fc81820bb743e10f5f91b9c9a346840e4822568b908d04a830baab9cf51628c203863e432a9448e80b2aec2d8e3d894971e194c8d529bb17f3764efba05be72e87c0bdc58085289186a0926a840ea89524b2255e92dc70100c2b777e5af920c195364fad126d3214ce605292990619430d0ce7951530a940e7208f5ecc4488e0c8194816a065a27e5a418416e1cd8366444e9f8992ba839cf4a98c27fcbfe0cbb5cf60220d4a837e959010650758de265cd175c849dd345727604115c148a3ba417eb628a90d473dd3bba19d1684074fda853f6ca3e5e3800b003e98b806b');
INSERT INTO content VALUES('sha256:859430600fd210fdea06ee64186ad9903e70c7c9a18e51501daab93f2368055f',562,X'28b52ffd44003201e50b0032984b33706942001c02bdaa7102f66afa365f6ec358aa7640141f7e9952b2f5e997ccfbf47d923e00ed60a648139a35c8e505c005f1020d15fda019f482fe434734a5113484fec4b36e6168429a0c4c4c2a4cb6d4f7875b03391270c6b5f4dc62fca4bf742ed9db63d2592919ff31c88f2ec8ea388364615844887e881791d212a244478817b1419c1029da223af41b11b66eeff8621b61abafa229daa1df58b58b4b8aa52bb6cf1b20287d0793ca1534a525fa8d97cf1231a904500c725bfcce2056cfe78b6d7bdc71163a6b810493ca19b77ab6775172d7b57ab767bc2fbd7d247d3a56e84c04c2eda9ef35e940d8de71125267850e393a0339ba4ac92624d55dd2bf9652df20476ff8a9b61d78aae30b92656100b8a655e941e00d9f4161e12e5d4bc91bbecb06d7364f7dcfa5e0801c001363e088d6de263cab1d4a638791b1cc79d68e1c843a2d66b20b0fa3b5b78bad6ccb89101560c6ad5eb31a858cb988aa25d41ce8daf012d007d39c1b0ae7e249eab99762535615f019f78d2c4a');
INSERT INTO content VALUES('sha256:fbc8b946938f4541366575060f035390da045c0382d299582dd3ba3fee6583c6',33,X'28b52ffd0400090100416e6e6f746174652076657273657320312d32206f66204f62616469616820312e48ea80f3');
INSERT INTO content VALUES('sha256:88ac7b49f4869552be2396c2b2d8ad2ee54b00e95214856042bf5b3aeb2ef3ac',4794,X'28b52ffd64ba11a545000a75fc1439300b35017f0856abd56a43721b4ab7bfd7927add4cffff7105236d67898ea07f26082dbb803c4110ea6cc958e0401004a59783147295f33f3737013f014201928c3be812db2978fe3544e79e5dbb86336363b8bd738e194961a9a8465a565cdbd4c2f0b4d0a98090939450672b90d7b45501d7cb53255931e57429a895d5996a6105d5f452b22703ae54aeaaa57a222793cb6a085c2f2b6e4f4cb530dcf3b266c27d91149eac8ab1ed36a3d9d8940f2a953572e26b2d5a99b7aa179e3702a5acb05414c25ed49207b852d992ade1a9aa94b6dcf372f5204522e812cfee9d21d13b77ce277c3b3fe2c4b777e28673aea11119f17b2846efd9b9338cdb390e51f48863384ba0f7cc7bf6d0390227ae9d21d0bb76eda053383fa0f7ecec80d9e7dbb901bb4f78c4990139116ee7bebd3b4308ba76ced9016eefbe9d25de39c279c4b333c4a39d1fdd430f7d3b3b42e73ce2dab961e1de25be9d19a173ef0e3ae7de397ade5df4d0198afe79e8da196624093295168b4c1094e28ab2a5a2d684725db8c2aae5cec8c9577d2049a076ee1bfe394720e8dc41d770863cd80141ef483420073d8f801086ce5dbb077a47227ae87b4cbc7be69d7be7d9b951e1df25ce8c2c6edb197a2efa979116562331ab276aab6aa0c26664d54a5b3d2f63758124e970c4fbd7b9768dbbc4bb87ce8e06e812db3ba27fe7ce8e8c34a0af9518dba6149d979ba21363859d9aea4a62b8a24c518d4d5c2fdbce506dadab6af8aa1ac997b27df0362349a21df4887304227ac775ff9c3b865f383b3cef68d7b487ee9d199e8b9e75ee7d55cf0612e4e16870de6db0e3ce8c8ce4d98cbacd6871297a4db8275c2fb7bdeab46aa52f95c2b7357cbbcda8b272725fe8e59e0d2a6c46acd048cb4d616a63b86dcf061cc06aa465dbf46211e04ae52b27c696b2a5b381b719490e283af7cfb56f900145ef2284d9b5b30314fd3b07765e4b36f7bc584f75daaa33b21b42da5a692049b67bdd39b241326cde2b5ca2bbc443e706d73933e28403cc488b0aab6ca9c65e13b694afaaa1c8be725ed65cb852b9ed25295dc0db8c583140331df0422331aca9093f4cbe94efb45cd59a704facde4b59315175f684155343d44af1551f789b91c4885c0cbd8b9e77ec103d174920ccce41d043dd458e0684d0f3ec9f3384db25ce0e70e2dfbbb384bb768e74ff401e8eed1f46f49e7d32d2c2b31929a6a6156a55cac23d69ebb2b2290c3784bc4c5114e3075e4c14bd2653ad98a2a2f25657bdd4cb988b2b02094ab673aebda36938e899e8ddb50cff40dfbe9dbf73240279382019897245d93655a7454e5872bd15e54bcfcbf7c270bdb62d12635b59b2b94e8c7b0ab858b2abcab5ea792b459997623c3545d14a5b12a2a2d6342d57adba4ef79ab0e2cae6ab3ee04553f7068b79adab5600686ed5d8952411c8c3f15d8b9ed03f2e23292a95a786b0aa865a1463b9e7d49645af652902898f18e3f60e23720ffd7b173b87288111d133079cf81e8a38775004f2703422982102fd7b7755cd45f283b719715b6443548c6585d596aaaded4b840ed0f3ce45dd3fcfce91cf213af78e85671c61465a58b22b74f2addaf224275b59a96c27ab624da1353355046cd19e776a4d4f2a2b6e25ab4b5b718bdd3fc7103d917bd631628c917bc4bdd8394b2210d8fde1809e6fef324ffb44ef0e7280de3b11c863e27be85c2374664cc0af5bd8a992937bde89a428c95585a0d46b3b43a9be34e59aaa85e1a9baaa6599143a31be92a2b52b8a31d69565b18aa992545527966cd58aa4f083d4c0f04ef709316e1a841ec883f3ec1b77d1b9c18810f4ed1ade41cf0186ba8bbc7f139f708ef7ef033d83d941df909116975e5685eda51c8173a8b130e790423223001000000000518400510a4990f9126090ba1c27993204000808480840001414046151d53189ea8ecd43b5bd0ed5c43290401c91820a6c3c4a72c8d01b25bbd6f9256f41a268661dc80c68fa76002d6a4737709b86d9032d12ac25f4dadc6091287d9c8dcd725cc2014a273ea285b5714ac49ae6135ffdbffb411f26fab6855c6fcf4453324736497d3ea6f43dadd10744c282e59065bfcdc5626fabb5806310a438af9ec6d37cc98b40c110f0f219186191a8fe14e9093d122933888cd67a5389d5b0b7a08a00739311bdfd84abfeb6e03bae0d083329af1677b9c493fe564310cd768a0d1342394babf11593fd9b0d0e96f344e551fb990e12b8b41fe22365aee7b583bf9c29dfe4a0a6065a294816d8dd032c3f4aeae990c0343c3a9ae8b0adf3c2d35493d10378074d8032cfaf1c18eafc8079541fee5d65095513041543334108c5ca030091e05e46f32073dee17970ffff618fd70bf3dfa759215dcdcf7b623cc486a62cad94a6aa52ef16cf85f422a2aec1fb9f4002c42e83cd95b202c403fa33ba93f29297ce13af632148d6d7b0b1373e6e93388570e6c9e125d372340b21483217fc92c2e3665ebd6c352a9643d9a40988134726ceb1f995253a1692be8ad3966751ff751cfa51c189b9ca9a4348ed5a5ab478e74c68e5b0ccae20147313466068edea1f69cbb2e424505150e00379cbcc9c572231af8ade8c6e191261ee7c74fd533ebbc26cd9217dd26173f5d13045b7193892b5eddc6e401f40cbff79cf8c9083abd46e97e26e0013dafd4c31600fc205a1e8af77115337d48de7af3cf799c1e2ebbf313d9d002cc5ea7de78085d4c02f29765e60e7f98033837ea21025155bf3862b4f04fb57efa3f0044bf4835579de8084bc082c22c098deb8b8929aa4a2df82fb4763ba492df66b21a2594e85333f1bb76bfe343b20ad9c49f5c34e040d5dfa9970ef24aa279e6609f37a6564479416075c3fe09ffa129b6816d31e458874141f5ac959f52eb6d760551a6295ac3824f9f3d09697fbe50c36b8ca921b7d3f63a3ead9cd02cca7272d7f37854d8e25725dfbbe8d76597bf204fc1b1d31c329fab82dee463bd3a4a62cb83a7c56d122cf7f66813e26cf23ddfac850170258ec7e78754872aa88a2092f648118c007c64ebe54bac91b95b7fedeace22e26abcef8775115267133e7b496bb7ee441c9a844a52a0cd6a5ef2eefecd4f4cfc2b4723d102d2f');
INSERT INTO content VALUES('sha256:7276e7983efd7c60b4bd0fdfbfe29d1cdfa4104dd1ff2a72bd98405d3c48dc02',32,X'28b52ffd0400010100416e6e6f746174652076657273657320312d33206f662048616767616920312ec6e1b7ed');
INSERT INTO content VALUES('sha256:3f5fbe8f0dac29720097113e6504d54ac1f3796b4b1514513934edbc62262ea8',2160,X'28b52ffd647007dd1700c2245628802730000cc300f024f7bfcae6bfbf942db7dfbdfb030305b6d18c090b4244c8eeb6f46599b0600109bddb81714cca5f225d46cdc038068110632b5d86c438462548e55b6a5c21965eb6935f81710c62b5e275dbeac34ac7e840f9b2583df592f8f081c0743718c63138531713e0c249f2bbb96ee2750118c7e4cbeaad468b1d3adfe8aa11a3958b2737715bdd54185356dc02c7a4d768b11b9dcd9be0e6c6f1e6ec76090c38269d37ac5c77ee5ed4bd92114933f74abc2556a3738deec2ede422c426e09855764ba764f5c397db790f8e49bb9154ce152348e9b72c039537c031cbb9721a671755bacbede60ae345dcc6bb9ca3d38b8bc5d72d38c69d8c66979d1f1fc69b185fe36df878d17e79f1631959c146bf9b385d763aed56b86c7491325ef561e41e788eabeb4e1f1757ec1e23a38b4857fd7ec7c8e932cc4ec6fbced5ee637611ab97df5d567ea76b1c638c1e40484840301080aca0115190866404014000441100004260905276067fd0890214367e95cb680a370196d84e7a4ce331785bd386057f52d6708112c28f03d39761da6e5f11529fb2cd531903da00558ac63b48c82583394ccfa177c41af03a36fa4e04b7819b29c9468387ccb2a2d05546a620f25662de5ab5e900b0c572e4acad669605136230a11c177a2d14576af3b25b0086449fdca40d01ae55443b86fca76626c0593423302a3d9100ee971d94d6a6b46877785742fad866b6f602906c43f334bcefd12446f480b930b4916b8eb85b98b973d80cbe4905783d244c700d62a3019aa1e37e43cfd477a2a0791863dd618ea4fb2b06989c1b460e8a6e8a5940218ae01e2edd008eb1dff95594fea2eb3ad70c72426a392142362d72cc6337c2e0b14207417fa12ffd2825562836e719da9562020c76869ee2ec03fd7d90369c524251665c20bdfdebe32074063b86d1c04daaf1fb0d6709b9904e3b6e27141b3b07d0b5494b8298da077d1939bc191fd556c0884cc26441cbecaf6eeae8fdab0bffb8c08bbc13180e46b7e70b06c6180385103e2dcbda5d48ec278faa74fbe34dddc2401d4f775a7c');
INSERT INTO content VALUES('sha256:817c6b24a52d12ec77eec4815e1f46285285098051d31dbf1092a14391ec9dbd',436,X'28b52ffd4400b400b50700d2d0322790070673420b2d5e7b1a60caa6fd2ea53cdfe5ff485a4a97de033247a9b7d95f3edd68e4ad9e0d4cf7e08906412cf7f9ce4386a9ca0b3ca24384887f888fd8101f001d03398a2d98fde35a576b7cd5daa348940bbcaae4db66e5ecce267a0ab3a60dab9f852eb7485d83273ee35ee892cbf29a269cdd8fd36d706b5cd7c1e5ca48e6a8b1e3fd608858756c22243e4c74d76da5758c195fa7b0d68f624bd16fb51c78e2b75478c498d166054f1a040148be52a92478e2278e583e796b376d9ef8adeda995aeebae0a3d250e0091614220d4189353e85af95cad954646863e171f3c2242a5adaaa59b1a299566cfc6ae0a0a0a4a10f72e');
CREATE TABLE request (
	id         INTEGER NOT NULL PRIMARY KEY,
	attempt    INTEGER NOT NULL REFERENCES attempt (id),
	key        TEXT NOT NULL,    -- the same for the same request to the same model
	purpose    TEXT NOT NULL CHECK (purpose IN ('detection', 'validation')),
	verses     TEXT NOT NULL,    -- those asked for: 1-14,16
	model      TEXT NOT NULL,    -- vendor:model
	system     TEXT NOT NULL REFERENCES content (hash),
	shared     TEXT NOT NULL REFERENCES content (hash),
	prompt     TEXT NOT NULL REFERENCES content (hash),
	settings   TEXT NOT NULL,    -- JSON: what else was sent
	started_at TEXT NOT NULL,
	ended_at   TEXT,
	outcome    TEXT,             -- done, or the kind of failure: cut, rate limited, ...; lost: its process died
	error      TEXT,             -- what went wrong, for people
	status     INTEGER,          -- of HTTP
	answered_by TEXT,            -- the model in the vendor's words
	vendor_id  TEXT,             -- the vendor's name for the request
	end_reason TEXT,             -- in the vendor's word
	input      INTEGER NOT NULL DEFAULT 0,
	cached     INTEGER NOT NULL DEFAULT 0, -- of input: read from a cache
	cache_write INTEGER NOT NULL DEFAULT 0, -- of input: written to a cache
	output     INTEGER NOT NULL DEFAULT 0,
	reasoning  INTEGER NOT NULL DEFAULT 0, -- of output
	reported   INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1)), -- 1: the count is the vendor's, 0: an estimate
	cost       INTEGER,          -- billionths of a US dollar; NULL: nobody knows
	cost_exact INTEGER NOT NULL DEFAULT 0 CHECK (cost_exact IN (0, 1)), -- 1: the vendor's count at a listed price
	first_text INTEGER,          -- microseconds until the first text
	duration   INTEGER,          -- microseconds
	size       INTEGER NOT NULL DEFAULT 0, -- of the answer, in bytes
	answer     BLOB,             -- zstd; NULL while it is being written
	damage     TEXT, build TEXT, forgotten INTEGER REFERENCES forgetting (id), answer_hash TEXT,             -- JSON: what the answer lacks of the verses asked for, or holds damaged; NULL if nothing
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
INSERT INTO request VALUES(1,2,'722b7d241543a0356546b6ca5a1d0d27bfbaf0199831fd50079604d3a4d26eb6','detection','1-2','openai:sim@127.0.0.1:8391','sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c','sha256:0919fde3e08d3bec892e11d43185d8427c5348821620722ef2cdb6e8bd46fa9e','sha256:c583e61305ac6efdc2ffd690b1e13dabd0762ccf0dc0c612a5794ea1a7e4a12e','{"schema":"figures"}','2026-12-01T03:35:34.728592Z','2026-12-01T03:35:34.751475Z','done',NULL,200,'mashal-simulate/sim','req_6ff52596aa51cc3600000002','stop',2478,0,0,46,0,1,NULL,0,4087,15236,160,NULL,NULL,NULL,1,'sha256:95d13b459274d7ae1b132d2ac97ac788f1dd742de9ff572c178bfb4ab09d8dfa');
INSERT INTO request VALUES(2,3,'48fa14a80da45ed68a23473e90d4734ecdab0cafab3ab34ad8d43195fb15f701','detection','1-6','openai:sim@127.0.0.1:8391','sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c','sha256:5ce7e6110845b32d39a4eab27364e791cc6c4adcd6025eca2f84430a701057cf','sha256:458aa01679315e8e8ce5cde3fb9d502341f58463c2e70c224c696594c6332d74','{"schema":"figures"}','2026-12-01T03:35:34.729866Z','2026-12-01T03:35:34.768073Z','done',NULL,200,'mashal-simulate/sim','req_174e4739af6d496600000001','stop',4063,2304,0,359,0,1,NULL,0,5897,30378,1120,X'28b52ffd646003cd0e00b25b59377069531c42d01ffc3a6a58caa0731c227bc01512e405b512dc4da692c94c848c9fb2bda07cbb09c21d6ba0ba888490b18173fffaff1702168945e2409c002fea97b96c5a9972cfd5e22755ba57d1020d1733e3174c0a13f3197ffd848acc65a3516a83c65f8f9914d3e23134ef606afcf515268346b86caa68652e1b75c89396942d044f5a5a0865d76bbe622a4b095a526e527e2feaa72c458e254769e8966d152d1da00f874729ed0f808d7f30317a312ddec24b981bcf606a8b52bdd572aef14004fb21409dc7818036d4ccb2db963d4e54352ddb6d4bf1c4f1e4cbf6c125e608673e81fda4328cca14bf8a7a2bc55f780853f3d73798189f99dbb612df32496318e1b29594e3a7fca4360b8a0896ad24754521e814824dd1265f54c52737d2d62327972d04a2cec31c2a99b26dbd77c2f170308b24d21682558c58b60f8e36f57e5261abc3d8ee4c4d0a5859a2a5a3aaa80d6c5b6719e1b2a76da4adb3532cb113012c00809320bae1c505e02e8858de42d60dd8cca99007f7a68ed08f0a1ab17709965930e41d1079f168fefb57c05d7e7c9301e02e10f100e1ecccae96ed055b73556418bc96d7f10e88996257c886acc60b1700ea0734f76ec84d86cbc2ca8c66a508c0b1402406e86a820652d5b4dd32075b90da65',NULL,NULL,NULL,'sha256:6337e56ca460d9b68d4610f57cc68e70a3e31d3d6c48ebaa2c639eb1bba6e6b6');
INSERT INTO request VALUES(3,4,'c23f9f3ce87b5c5e8155888dea04e34e400ad2ec629ca8bf6392b15f36737758','validation','3-4','openai:sim@127.0.0.1:8391','sha256:41331f69d0ead0fb313cf70e651ce6db5ab9d74aabc3328bce27a35932b2bb75','sha256:b4d47b40a0e0540088ec1367838371b74d830017148d97006481b1c293b896a1','sha256:859430600fd210fdea06ee64186ad9903e70c7c9a18e51501daab93f2368055f','{"schema":"verdicts"}','2026-12-01T03:35:34.781222Z','2026-12-01T03:35:34.789742Z','done',NULL,200,'mashal-simulate/sim','req_1d17b9d4e0732a8500000003','stop',2521,0,0,59,0,1,NULL,0,1706,2154,222,X'28b52ffd0400dd0400624b211c7009d300c8df2267d297b29873a965ad41bdbaeac6f811aa04541587cbb11c55a44113bdfd80fc5cc15a3ae35319d70a4909127200b11c55eca13e45fb7c560de7c6a7a1feada673daa51fdba2c2cf2160f243033778b0882a1aaf7d56520d0e791beaefa1d6b4af263f972ccf782511f52f056e0e9dca30c558048029c3141fef1d5442060057c868893ba4188e61440818a64867c50b603d9ad5',NULL,NULL,NULL,'sha256:4182668c3682583b934e5e5a4d0c53ac86a20ce14fc25d09062a01fe54fe341d');
INSERT INTO request VALUES(4,5,'0e68bf3b86a2401708e919daf6f3b4b003684b72a466bd6352f54d412ecf6ceb','detection','1-2','openai:sim@127.0.0.1:8391','sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c','sha256:5ce7e6110845b32d39a4eab27364e791cc6c4adcd6025eca2f84430a701057cf','sha256:fbc8b946938f4541366575060f035390da045c0382d299582dd3ba3fee6583c6','{"schema":"figures"}','2026-12-01T03:35:34.921808Z','2026-12-01T03:35:34.948195Z','done',NULL,200,'mashal-simulate/sim','req_99c21bb47b9dcf3200000004','stop',4063,0,0,46,0,1,NULL,0,9014,17410,160,X'28b52ffd0400a50200c204111890b7091b45e45eb5b249447878bf93b85f89109a6fec440eed18a51d834e7621808b07e2f0ae0275abf745fa671a10f292a942d20ae861f453a17529d006fd7c4ae6420400042934a102a9bada5999037ff0518c',NULL,NULL,NULL,'sha256:95d13b459274d7ae1b132d2ac97ac788f1dd742de9ff572c178bfb4ab09d8dfa');
INSERT INTO request VALUES(5,6,'781c2dd3eaba2a00b430b3ecf046d78d3a8afc78bb778eaf6af15a41200e692e','detection','1-3','openai:sim@127.0.0.1:8391','sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c','sha256:88ac7b49f4869552be2396c2b2d8ad2ee54b00e95214856042bf5b3aeb2ef3ac','sha256:7276e7983efd7c60b4bd0fdfbfe29d1cdfa4104dd1ff2a72bd98405d3c48dc02','{"batch":"mashal-13d42327a978ef53dd9c-0","schema":"figures"}','2026-12-01T03:35:35.161559Z','2026-12-01T03:35:36.491654Z','done',NULL,200,'mashal-simulate/sim','req_84d6de7dba07664500000005','stop',3693,0,0,190,0,1,NULL,0,NULL,NULL,606,NULL,NULL,NULL,2,'sha256:a8369ba3ef232122c26c0ee8b7833c7a33962b255462bd51b0db15f9095862c1');
INSERT INTO request VALUES(6,7,'69cde896551303785bc5cb809dbcdc30d7b302bb2acd4ea073d820d55c48b828','validation','1,3','openai:sim@127.0.0.1:8391','sha256:41331f69d0ead0fb313cf70e651ce6db5ab9d74aabc3328bce27a35932b2bb75','sha256:3f5fbe8f0dac29720097113e6504d54ac1f3796b4b1514513934edbc62262ea8','sha256:817c6b24a52d12ec77eec4815e1f46285285098051d31dbf1092a14391ec9dbd','{"batch":"mashal-c6388c58fb95d997b6c6-0","schema":"verdicts"}','2026-12-01T03:35:36.536788Z','2026-12-01T03:35:37.798688Z','done',NULL,200,'mashal-simulate/sim','req_92d804a7292a6f6f00000006','stop',2373,0,0,46,0,1,NULL,0,NULL,NULL,167,NULL,NULL,NULL,2,'sha256:3cfde183d969c22104c6e3e4eb69036e9a24280347332b95e3931d147c66510a');
CREATE TABLE answer_part (
	request INTEGER NOT NULL REFERENCES request (id),
	ordinal INTEGER NOT NULL,
	bytes   BLOB NOT NULL,
	PRIMARY KEY (request, ordinal)
) WITHOUT ROWID, STRICT;
CREATE TABLE wait (
	attempt    INTEGER NOT NULL REFERENCES attempt (id),
	ordinal    INTEGER NOT NULL CHECK (ordinal > 0), -- in the order of starting
	started_at TEXT NOT NULL,
	due_at     TEXT NOT NULL,    -- when the request may be made
	ended_at   TEXT,             -- when a worker went on; NULL: it lasted until the attempt ended, or it lasts
	worker     INTEGER NOT NULL CHECK (worker > 0), -- the worker that went on with the attempt
	held       INTEGER NOT NULL CHECK (held IN (0, 1)), -- 1: the worker waited with it; 0: it was free for other work
	PRIMARY KEY (attempt, ordinal)
) WITHOUT ROWID, STRICT;
CREATE TABLE capability (
	server    TEXT NOT NULL, -- the address; '' for the vendor's own
	model     TEXT NOT NULL, -- vendor:model
	abilities TEXT NOT NULL, -- JSON
	found_at  TEXT NOT NULL,
	PRIMARY KEY (server, model)
) STRICT;
INSERT INTO capability VALUES('127.0.0.1:8391','openai:sim@127.0.0.1:8391','{"accepted":"schema,usage,cache,limit,system,stream","usage":"yes","streams":"yes"}','2026-12-01T03:35:36.502664Z');
CREATE TABLE batch (
	id           INTEGER NOT NULL PRIMARY KEY,
	key          TEXT NOT NULL UNIQUE,
	run          TEXT NOT NULL REFERENCES run (id), -- that sent it
	purpose      TEXT NOT NULL CHECK (purpose IN ('detection', 'validation')),
	model        TEXT NOT NULL,                     -- vendor:model
	state        TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'ended', 'not created')),
	vendor_id    TEXT,
	vendor_state TEXT,                              -- in the vendor's word
	error        TEXT,                              -- why the batch or the last question about it failed
	planned_at   TEXT NOT NULL,
	sent_at      TEXT,
	checked_at   TEXT,                              -- when the vendor was last asked about it
	expires_at   TEXT,
	ended_at     TEXT,                              -- when all its results were recorded
	answered     INTEGER NOT NULL DEFAULT 0,        -- requests, as the vendor counts them
	failed       INTEGER NOT NULL DEFAULT 0,
	CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
INSERT INTO batch VALUES(1,'mashal-13d42327a978ef53dd9c-0','20261201T033535Z-989f','detection','openai:sim@127.0.0.1:8391','ended','batch_047ab8394af403461','completed',NULL,'2026-12-01T03:35:35.099475Z','2026-12-01T03:35:35.161559Z','2026-12-01T03:35:36.488704Z','2026-12-01T03:35:59.000000Z','2026-12-01T03:35:36.499882Z',1,0);
INSERT INTO batch VALUES(2,'mashal-c6388c58fb95d997b6c6-0','20261201T033535Z-989f','validation','openai:sim@127.0.0.1:8391','ended','batch_11196e22bfef317e1','completed',NULL,'2026-12-01T03:35:36.533498Z','2026-12-01T03:35:36.536788Z','2026-12-01T03:35:37.796126Z','2026-12-01T03:36:00.000000Z','2026-12-01T03:35:37.799440Z',1,0);
CREATE TABLE batch_item (
	batch      INTEGER NOT NULL REFERENCES batch (id),
	ordinal    INTEGER NOT NULL CHECK (ordinal > 0),
	custom_id  TEXT NOT NULL,                          -- the vendor returns it with the result
	reading    INTEGER NOT NULL REFERENCES reading (id),
	passage    TEXT NOT NULL,                          -- verses of the task that needs the answer: 1-50
	verses     TEXT NOT NULL,                          -- those asked for: 1-14,16
	key        TEXT NOT NULL,                          -- as in request
	system     TEXT NOT NULL REFERENCES content (hash),
	shared     TEXT NOT NULL REFERENCES content (hash),
	prompt     TEXT NOT NULL REFERENCES content (hash),
	settings   TEXT NOT NULL,                          -- JSON: what else was sent
	most       INTEGER,                                -- the most that it can cost, in billionths of a US dollar; NULL: no price is known
	state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'unanswered')), -- unanswered: the vendor did not process it
	closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)), -- 1: the task has ended; its answers are not used again
	request    INTEGER REFERENCES request (id),        -- that the result became
	ended_at   TEXT,
	outcome    TEXT,                                   -- this and the rest as in request
	error      TEXT,
	status     INTEGER,
	answered_by TEXT,
	vendor_id  TEXT,
	end_reason TEXT,
	input      INTEGER NOT NULL DEFAULT 0,
	cached     INTEGER NOT NULL DEFAULT 0,
	cache_write INTEGER NOT NULL DEFAULT 0,
	output     INTEGER NOT NULL DEFAULT 0,
	reasoning  INTEGER NOT NULL DEFAULT 0,
	reported   INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1)),
	cost       INTEGER,
	cost_exact INTEGER NOT NULL DEFAULT 0 CHECK (cost_exact IN (0, 1)),
	size       INTEGER NOT NULL DEFAULT 0,
	answer     BLOB,
	build      TEXT, forgotten INTEGER REFERENCES forgetting (id),
	PRIMARY KEY (batch, ordinal),
	UNIQUE (batch, custom_id),
	CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT;
INSERT INTO batch_item VALUES(1,1,'Hag-1-1-3_68f581a19e10',5,'1-3','1-3','781c2dd3eaba2a00b430b3ecf046d78d3a8afc78bb778eaf6af15a41200e692e','sha256:31cfcc077c521411d49660ff3eb508aed44ed34ed94b02484f83adffc775ee0c','sha256:88ac7b49f4869552be2396c2b2d8ad2ee54b00e95214856042bf5b3aeb2ef3ac','sha256:7276e7983efd7c60b4bd0fdfbfe29d1cdfa4104dd1ff2a72bd98405d3c48dc02','{"batch":"mashal-13d42327a978ef53dd9c-0","schema":"figures"}',NULL,'answered',1,5,'2026-12-01T03:35:36.491654Z','done',NULL,200,'mashal-simulate/sim','req_84d6de7dba07664500000005','stop',3693,0,0,190,0,1,NULL,0,606,NULL,NULL,NULL);
INSERT INTO batch_item VALUES(2,1,'Hag-1-1-3_c0286b17b09e',5,'1,3','1,3','69cde896551303785bc5cb809dbcdc30d7b302bb2acd4ea073d820d55c48b828','sha256:41331f69d0ead0fb313cf70e651ce6db5ab9d74aabc3328bce27a35932b2bb75','sha256:3f5fbe8f0dac29720097113e6504d54ac1f3796b4b1514513934edbc62262ea8','sha256:817c6b24a52d12ec77eec4815e1f46285285098051d31dbf1092a14391ec9dbd','{"batch":"mashal-c6388c58fb95d997b6c6-0","schema":"verdicts"}',NULL,'answered',1,6,'2026-12-01T03:35:37.798688Z','done',NULL,200,'mashal-simulate/sim','req_92d804a7292a6f6f00000006','stop',2373,0,0,46,0,1,NULL,0,167,NULL,NULL,NULL);
CREATE TABLE forgetting (
	id       INTEGER NOT NULL PRIMARY KEY, -- in the order of time
	at       TEXT NOT NULL,
	by_name  TEXT NOT NULL,
	reason   TEXT NOT NULL,
	command  TEXT NOT NULL,    -- JSON array: the words typed
	version  TEXT NOT NULL,    -- of the program
	readings INTEGER NOT NULL, -- that were deleted, with the next two
	figures  INTEGER NOT NULL,
	verdicts INTEGER NOT NULL,
	answers  INTEGER NOT NULL, -- that were deleted
	bytes    INTEGER NOT NULL  -- of these
) STRICT;
INSERT INTO forgetting VALUES(1,'2026-12-01T03:35:47.904623Z','Ada','trial','["mashal","forget","3","--answers"]','development',0,0,0,1,160);
INSERT INTO forgetting VALUES(2,'2026-12-01T03:35:47.988593Z','Ada','trial','["mashal","forget","5","--answers"]','development',0,0,0,2,773);
CREATE INDEX attempt_run ON attempt (run, id);
CREATE INDEX attempt_open ON attempt (reading) WHERE ended_at IS NULL;
CREATE INDEX validation_run ON validation (run);
CREATE INDEX request_key ON request (key, id);
CREATE INDEX request_open ON request (id) WHERE ended_at IS NULL;
CREATE INDEX verse_state ON verse (run, reading, state, carried, verse);
CREATE INDEX figure_types ON figure (reading, verse, id, types);
CREATE INDEX request_spent ON request (attempt, purpose, model, outcome, ended_at, input, cached, cache_write, output, reasoning, reported, cost);
CREATE INDEX request_damaged ON request (attempt) WHERE damage IS NOT NULL;
CREATE INDEX verdict_decision ON verdict (reading, figure, type, by_kind, id, decision);
CREATE INDEX batch_run ON batch (run);
CREATE INDEX batch_item_key ON batch_item (reading, key);
CREATE INDEX batch_item_request ON batch_item (request) WHERE request IS NOT NULL;
CREATE INDEX batch_item_open ON batch_item (batch) WHERE state = 'open';
COMMIT;
