package ui

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"mashal/fleet"
)

// maxRetries is the largest number of jobs in a request, which is River's.
const maxRetries = 1000

// retryJobs puts jobs into the queue again, in place of River's endpoint, which knows
// nothing of runs: a job of a run that has ended would wait forever.
func retryJobs(w http.ResponseWriter, r *http.Request, o Options) {
	var request struct {
		IDs []json.Number `json:"ids"` // as texts, because JavaScript rounds large numbers
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || len(request.IDs) == 0 || len(request.IDs) > maxRetries {
		refuse(w, http.StatusBadRequest, "The request names no jobs, or too many.")
		return
	}
	ids := make([]int64, len(request.IDs))
	for i, text := range request.IDs {
		var err error
		if ids[i], err = text.Int64(); err != nil {
			refuse(w, http.StatusBadRequest, "The request names a job that is not a number.")
			return
		}
	}
	err := fleet.Retry(r.Context(), o.Pool, ids)
	var refused *fleet.RetryError
	switch {
	case errors.As(err, &refused):
		refuse(w, http.StatusConflict, refused.Reason)
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, http.StatusServiceUnavailable, "The database does not answer in time.")
	case err != nil:
		o.Log.Error("jobs could not be put into the queue again", slog.Any("error", err))
		refuse(w, http.StatusInternalServerError, "The jobs could not be put into the queue; the log of the process has the reason.")
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte(`{"status":"ok"}`)) // the client may be gone
	}
}
