-- The standing of a figure, which says whether it counts, is no subtype: a conventional
-- synecdoche has both.
ALTER TABLE figure ADD COLUMN standing TEXT NOT NULL DEFAULT 'claimed' CHECK (standing IN ('claimed', 'conventional', 'suggestion'));
UPDATE figure SET standing = subtype, subtype = '' WHERE subtype IN ('conventional', 'suggestion');
