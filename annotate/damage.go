package annotate

import (
	"mashal"
	"mashal/salvage"
)

// DamageOf returns the verses that an answer lacks or holds damaged, as they are
// recorded with it. Verses that a failed request did not reach are not damage.
func DamageOf(report *salvage.Report, failure error) (damage []mashal.Damage) {
	for _, o := range report.Verses {
		if o.State != salvage.Recovered && (failure == nil || o.State != salvage.Missing) {
			damage = append(damage, mashal.Damage{Verse: o.Verse, State: o.State.String(), Reason: o.Reason})
		}
	}
	return damage
}
