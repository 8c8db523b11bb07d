-- Limits that the processes of a fleet share: the rate limits of keys, the budgets
-- and the brakes of runs. Times are seconds since 1970 on the server's clock.

-- fleet.clock returns the time. Tests replace it.
CREATE FUNCTION fleet.clock() RETURNS double precision LANGUAGE sql VOLATILE
AS $$ SELECT extract(epoch FROM clock_timestamp())::double precision $$;

-- A process that uses shared limits. Its row is deleted when its heartbeats stop.
CREATE TABLE fleet.holder (
	id   text PRIMARY KEY,
	beat double precision NOT NULL
);

-- The rate limits of one key on one server.
CREATE TABLE fleet.rate (
	key  text PRIMARY KEY,                -- a hash of the vendor, the address and the key
	name text NOT NULL,                   -- of the vendor and the server, for people
	request_limit  double precision NOT NULL DEFAULT 0, -- 0 for none
	request_period double precision NOT NULL DEFAULT 60,
	request_empty  double precision NOT NULL DEFAULT 0, -- when the bucket of requests was empty
	request_next   double precision NOT NULL DEFAULT 0, -- before this time the next one would be too close to the last
	token_limit    double precision NOT NULL DEFAULT 0,
	token_period   double precision NOT NULL DEFAULT 60,
	token_empty    double precision NOT NULL DEFAULT 0,
	token_next     double precision NOT NULL DEFAULT 0,
	starts  double precision[] NOT NULL DEFAULT '{}', -- of takes of tokens, those of a short time together
	tokens  double precision[] NOT NULL DEFAULT '{}', -- of each of these
	tail    double precision NOT NULL DEFAULT 0, -- the start of the last request that was admitted
	paused  double precision NOT NULL DEFAULT 0, -- no request starts before this time
	plan    bigint NOT NULL DEFAULT 0 -- changes when requests that were admitted and have not started must ask again
);

-- fleet.take admits a request with p_tokens and returns when it may start, the plan
-- that this holds for, the time, and how late it may start at most. Requests start in
-- the order in which they are admitted, so that a large one is not overtaken for ever.
--
-- No more than a limit is taken in any period. Requests are evenly spaced by 1/limit
-- of 1.01 periods. Tokens are spaced by their number, and the takes of the last 1.01
-- periods do not exceed the limit. The hundredth is for requests that start or arrive
-- late. A limit for longer than a minute is not spaced: its bucket alone holds.
CREATE FUNCTION fleet.take(p_key text, p_tokens double precision,
	OUT start double precision, OUT plan bigint, OUT now double precision, OUT late double precision)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r fleet.rate;
	n double precision;
	wide double precision;
	total double precision := 0;
	first int := 1;
	last int;
BEGIN
	SELECT * INTO STRICT r FROM fleet.rate WHERE key = p_key FOR UPDATE;
	now := fleet.clock(); -- after the wait for the row
	start := greatest(now, r.tail, r.paused);
	late := 0.3;
	IF r.request_limit > 0 THEN
		start := greatest(start, r.request_empty + r.request_period / r.request_limit);
		IF r.request_period <= 75 THEN
			start := greatest(start, r.request_next);
			late := least(late, r.request_period / 200);
		END IF;
	END IF;
	IF r.token_limit > 0 THEN
		n := least(p_tokens, r.token_limit);
		start := greatest(start, r.token_empty + n * r.token_period / r.token_limit);
		IF r.token_period <= 75 THEN
			late := least(late, r.token_period / 200);
			start := greatest(start, r.token_next);
			wide := r.token_period * 1.01;
			last := cardinality(r.starts);
			SELECT coalesce(sum(t), 0) INTO total FROM unnest(r.tokens) t;
			WHILE first <= last AND (r.starts[first] + wide <= now OR total + n > r.token_limit + 1e-6) LOOP
				start := greatest(start, r.starts[first] + wide);
				total := total - r.tokens[first];
				first := first + 1;
			END LOOP;
			-- Those that the request waits for stay until they have left the period.
			first := 1;
			WHILE first <= last AND r.starts[first] + wide <= now LOOP
				first := first + 1;
			END LOOP;
			IF first > 1 THEN
				r.starts := r.starts[first:];
				r.tokens := r.tokens[first:];
				last := last - first + 1;
			END IF;
			IF last > 0 AND start - r.starts[last] < r.token_period / 400 THEN
				r.tokens[last] := r.tokens[last] + n;
			ELSE
				r.starts := r.starts || start;
				r.tokens := r.tokens || n;
			END IF;
			-- Not from start on: what requests before did not use is for those after them.
			r.token_next := greatest(r.token_next, now, r.paused) + n * wide / r.token_limit;
		END IF;
		r.token_empty := greatest(r.token_empty, start - r.token_period) + n * r.token_period / r.token_limit;
	END IF;
	IF r.request_limit > 0 THEN
		r.request_empty := greatest(r.request_empty, start - r.request_period) + r.request_period / r.request_limit;
		r.request_next := start + 1.01 * r.request_period / r.request_limit;
	END IF;
	UPDATE fleet.rate SET request_empty = r.request_empty, request_next = r.request_next, token_empty = r.token_empty, token_next = r.token_next,
		starts = r.starts, tokens = r.tokens, tail = start
	WHERE key = p_key;
	plan := r.plan;
END $$;

-- fleet.report changes the limits of a key after a request that started at p_start for
-- p_tokens: by the tokens that it used, by the limits in the headers of its answer (0
-- for none), and by the seconds that the vendor asks all requests to wait.
CREATE FUNCTION fleet.report(p_key text, p_start double precision, p_tokens double precision, p_used double precision,
	p_requests double precision, p_requests_left double precision, p_requests_period double precision,
	p_limit double precision, p_left double precision, p_period double precision, p_wait double precision)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r fleet.rate;
	now double precision;
	ahead double precision; -- tokens of requests that were admitted and have not started
	more double precision;  -- what the bucket has more than the vendor says
	diff double precision;
	again boolean := false; -- those requests must ask again
BEGIN
	SELECT * INTO STRICT r FROM fleet.rate WHERE key = p_key FOR UPDATE;
	now := fleet.clock();
	IF r.token_limit > 0 THEN
		diff := p_used - least(p_tokens, r.token_limit);
		FOR i IN REVERSE cardinality(r.starts) .. 1 LOOP
			IF r.starts[i] <= p_start THEN
				IF p_start - r.starts[i] < r.token_period / 400 THEN
					r.tokens[i] := greatest(r.tokens[i] + diff, 0);
					r.token_next := r.token_next + diff * 1.01 * r.token_period / r.token_limit;
				END IF;
				EXIT;
			END IF;
		END LOOP;
		IF p_limit = 0 THEN -- otherwise the vendor has counted the request
			r.token_empty := r.token_empty + diff * r.token_period / r.token_limit;
		END IF;
	END IF;
	IF p_requests > 0 THEN
		again := r.request_limit <> p_requests;
		r.request_limit := p_requests;
		r.request_period := p_requests_period;
		ahead := 0;
		IF r.request_period <= 75 THEN
			ahead := greatest(0, floor((r.request_next - now) * r.request_limit / (1.01 * r.request_period)));
		END IF;
		more := least((now - r.request_empty) * r.request_limit / r.request_period, r.request_limit) + ahead - p_requests_left;
		IF more > 0 THEN
			r.request_empty := greatest(r.request_empty, now - r.request_period) + more * r.request_period / r.request_limit;
		END IF;
	END IF;
	IF p_limit > 0 THEN
		again := again OR r.token_limit <> p_limit;
		r.token_limit := p_limit;
		r.token_period := p_period;
		SELECT coalesce(sum(t), 0) INTO ahead FROM unnest(r.starts, r.tokens) AS e(s, t) WHERE s > now;
		more := least((now - r.token_empty) * r.token_limit / r.token_period, r.token_limit) + ahead - p_left;
		IF more > 0 THEN
			r.token_empty := greatest(r.token_empty, now - r.token_period) + more * r.token_period / r.token_limit;
		END IF;
		-- Others use the key too: those who were admitted are too many.
		again := again OR ahead > 0 AND more > r.token_limit / 10;
	END IF;
	IF p_wait > 0 AND now + p_wait > r.paused THEN
		r.paused := now + p_wait;
		again := true;
	END IF;
	IF again AND r.tail > now THEN
		r.plan := r.plan + 1;
		r.tail := now;
		IF r.request_limit > 0 THEN
			r.request_empty := r.request_empty - greatest(0, floor((r.request_next - now) * r.request_limit / (1.01 * r.request_period))) * r.request_period / r.request_limit;
			r.request_next := least(r.request_next, now + 1.01 * r.request_period / r.request_limit);
		END IF;
		IF r.token_limit > 0 THEN
			SELECT coalesce(sum(t), 0) INTO ahead FROM unnest(r.starts, r.tokens) AS e(s, t) WHERE s > now;
			r.token_empty := r.token_empty - ahead * r.token_period / r.token_limit;
			SELECT coalesce(array_agg(t ORDER BY s), '{}'), coalesce(array_agg(s ORDER BY s), '{}') INTO r.tokens, r.starts
			FROM unnest(r.starts, r.tokens) AS e(s, t) WHERE s <= now;
			r.token_next := least(r.token_next, now + coalesce(r.tokens[cardinality(r.tokens)], 0) * 1.01 * r.token_period / r.token_limit);
		END IF;
	ELSIF again THEN
		r.plan := r.plan + 1;
	END IF;
	UPDATE fleet.rate SET request_limit = r.request_limit, request_period = r.request_period, request_empty = r.request_empty, request_next = r.request_next,
		token_limit = r.token_limit, token_period = r.token_period, token_empty = r.token_empty, token_next = r.token_next,
		starts = r.starts, tokens = r.tokens, tail = r.tail, paused = r.paused, plan = r.plan
	WHERE key = p_key;
END $$;

-- The budget of a run, in billionths of a US dollar.
CREATE TABLE fleet.budget (
	run     text PRIMARY KEY,
	most    bigint NOT NULL,            -- the limit
	earlier bigint,                     -- what earlier runs of the same work cost; NULL until a process has said so
	spent   bigint NOT NULL DEFAULT 0,
	held    bigint NOT NULL DEFAULT 0   -- the sum of the reservations that are not forfeited
);

-- The most that one request under way can cost.
CREATE TABLE fleet.reservation (
	id        text PRIMARY KEY,
	run       text NOT NULL REFERENCES fleet.budget (run) ON DELETE CASCADE,
	holder    text NOT NULL,
	most      bigint NOT NULL,
	forfeited boolean NOT NULL DEFAULT false -- its process died, so that it counts as spent
);

-- The brake of one model in a run. state, stop and room are those of package llm.
CREATE TABLE fleet.brake (
	run      text NOT NULL,
	model    text NOT NULL,
	state    text NOT NULL,
	stop     text NOT NULL DEFAULT '',  -- why no further request is allowed
	room     int NOT NULL,              -- requests that may be in flight; -1 for any number
	paused   boolean NOT NULL DEFAULT false,
	version  bigint NOT NULL DEFAULT 1, -- counts the changes of state
	inflight jsonb NOT NULL DEFAULT '{}', -- the number of requests in flight, by process
	prober   text NOT NULL DEFAULT '',  -- the process that sends the next probe
	PRIMARY KEY (run, model)
);

-- fleet.reap deletes the processes without a heartbeat for p_after seconds, and what
-- belongs to processes that are not there: what they had in flight stays charged to
-- the budget at its most, and no longer counts for brakes. The requests that they were
-- admitted for are planned anew. It returns the number of processes.
CREATE FUNCTION fleet.reap(p_after double precision) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	n int;
	moment double precision := fleet.clock();
BEGIN
	DELETE FROM fleet.holder WHERE beat < moment - p_after;
	GET DIAGNOSTICS n = ROW_COUNT;
	WITH lost AS (
		UPDATE fleet.reservation r SET forfeited = true
		WHERE NOT forfeited AND NOT EXISTS (SELECT 1 FROM fleet.holder h WHERE h.id = r.holder)
		RETURNING run, most
	), sums AS (SELECT run, sum(most)::bigint AS most FROM lost GROUP BY run)
	UPDATE fleet.budget b SET held = b.held - s.most, spent = b.spent + s.most FROM sums s WHERE b.run = s.run;
	UPDATE fleet.brake b SET
		inflight = (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(b.inflight) e JOIN fleet.holder h ON h.id = e.key),
		prober = CASE WHEN EXISTS (SELECT 1 FROM fleet.holder h WHERE h.id = b.prober) THEN b.prober ELSE '' END
	WHERE prober <> '' AND NOT EXISTS (SELECT 1 FROM fleet.holder h WHERE h.id = b.prober)
		OR EXISTS (SELECT 1 FROM jsonb_object_keys(b.inflight) k WHERE NOT EXISTS (SELECT 1 FROM fleet.holder h WHERE h.id = k));
	IF n > 0 THEN
		UPDATE fleet.rate SET plan = plan + 1, tail = least(tail, moment),
			request_next = CASE WHEN request_limit > 0 THEN least(request_next, moment + 1.01 * request_period / request_limit) ELSE request_next END,
			starts = (SELECT coalesce(array_agg(s ORDER BY s), '{}') FROM unnest(starts, tokens) AS e(s, t) WHERE s <= moment),
			tokens = (SELECT coalesce(array_agg(t ORDER BY s), '{}') FROM unnest(starts, tokens) AS e(s, t) WHERE s <= moment),
			token_next = CASE WHEN token_limit > 0 THEN least(token_next, moment + 1.01 * token_period) ELSE token_next END
		WHERE tail > moment;
	END IF;
	RETURN n;
END $$;
