package tracing

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	resources "go.opentelemetry.io/proto/otlp/resource/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
)

// resourceSpans returns spans as messages of the protocol. All spans of a process have
// the same resource.
func resourceSpans(spans []sdk.ReadOnlySpan) []*otlp.ResourceSpans {
	of := spans[0].Resource()
	all := &otlp.ResourceSpans{Resource: &resources.Resource{Attributes: keyValues(of.Attributes())}, SchemaUrl: of.SchemaURL()}
	scopes := map[instrumentation.Scope]*otlp.ScopeSpans{}
	for _, s := range spans {
		scope := s.InstrumentationScope()
		in := scopes[scope]
		if in == nil {
			in = &otlp.ScopeSpans{Scope: &common.InstrumentationScope{Name: scope.Name, Version: scope.Version}, SchemaUrl: scope.SchemaURL}
			scopes[scope] = in
			all.ScopeSpans = append(all.ScopeSpans, in)
		}
		in.Spans = append(in.Spans, span(s))
	}
	return []*otlp.ResourceSpans{all}
}

// span returns a span as a message of the protocol.
func span(s sdk.ReadOnlySpan) *otlp.Span {
	trace, id := s.SpanContext().TraceID(), s.SpanContext().SpanID()
	m := &otlp.Span{
		TraceId: trace[:], SpanId: id[:], TraceState: s.SpanContext().TraceState().String(), Flags: uint32(s.SpanContext().TraceFlags()),
		Name: s.Name(), Kind: otlp.Span_SpanKind(s.SpanKind()), // the numbers are the same
		StartTimeUnixNano: nanoseconds(s.StartTime()), EndTimeUnixNano: nanoseconds(s.EndTime()),
		Attributes: keyValues(s.Attributes()), DroppedAttributesCount: uint32(s.DroppedAttributes()),
		DroppedEventsCount: uint32(s.DroppedEvents()), DroppedLinksCount: uint32(s.DroppedLinks()),
		Status: &otlp.Status{Message: s.Status().Description},
	}
	if parent := s.Parent().SpanID(); parent.IsValid() {
		m.ParentSpanId = parent[:]
	}
	switch s.Status().Code {
	case codes.Ok:
		m.Status.Code = otlp.Status_STATUS_CODE_OK
	case codes.Error:
		m.Status.Code = otlp.Status_STATUS_CODE_ERROR
	}
	for _, e := range s.Events() {
		m.Events = append(m.Events, &otlp.Span_Event{
			TimeUnixNano: nanoseconds(e.Time), Name: e.Name, Attributes: keyValues(e.Attributes), DroppedAttributesCount: uint32(e.DroppedAttributeCount),
		})
	}
	return m
}

func nanoseconds(t time.Time) uint64 { return uint64(max(t.UnixNano(), 0)) }

// keyValues returns attributes as messages of the protocol.
func keyValues(attrs []attribute.KeyValue) []*common.KeyValue {
	list := make([]*common.KeyValue, len(attrs))
	for i, a := range attrs {
		list[i] = &common.KeyValue{Key: string(a.Key), Value: value(a.Value)}
	}
	return list
}

// value returns the value of an attribute, of the types that this package uses, and
// others as text.
func value(v attribute.Value) *common.AnyValue {
	switch v.Type() {
	case attribute.BOOL:
		return &common.AnyValue{Value: &common.AnyValue_BoolValue{BoolValue: v.AsBool()}}
	case attribute.INT64:
		return &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: v.AsInt64()}}
	case attribute.FLOAT64:
		return &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: v.AsFloat64()}}
	case attribute.STRINGSLICE:
		array := &common.ArrayValue{}
		for _, s := range v.AsStringSlice() {
			array.Values = append(array.Values, &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: s}})
		}
		return &common.AnyValue{Value: &common.AnyValue_ArrayValue{ArrayValue: array}}
	}
	return &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: v.String()}}
}
