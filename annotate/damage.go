package annotate

import (
	"strings"

	"mashal"
	"mashal/salvage"
)

// DamageOf returns the verses that an answer lacks, or has damaged or not as they were
// asked for, as they are recorded with it. Verses that a failed request did not reach
// are not damage.
func DamageOf(report *salvage.Report, failure error) (damage []mashal.Damage) {
	for _, o := range report.Verses {
		if o.Remark != "" || o.State != salvage.Recovered && (failure == nil || o.State != salvage.Missing) {
			reason := strings.Trim(o.Reason+"; "+o.Remark, "; ")
			damage = append(damage, mashal.Damage{Verse: o.Verse, State: o.State.String(), Reason: reason})
		}
	}
	return damage
}
