package wire_test

import (
	"bytes"
	"testing"

	"quire/go-peer/wire"
)

func TestMessagesAreReadAndWrittenAsNativeNodesWriteThem(t *testing.T) {
	for _, vector := range readVectors(t).Message {
		message, err := wire.DecodeMessage(vector.Hex)
		if err != nil {
			t.Errorf("%s: %v", vector.Name, err)
			continue
		}
		if got := message.Encode(); !bytes.Equal(got, vector.Hex) {
			t.Errorf("%s becomes %x, not %x", vector.Name, got, vector.Hex)
		}
	}
}

func TestMessagesThatNativeNodesRefuseAreRefused(t *testing.T) {
	for _, vector := range readVectors(t).MessageDecodeMustFail {
		if message, err := wire.DecodeMessage(vector.Hex); err == nil {
			t.Errorf("%s is read as %+v", vector.Name, message)
		}
	}
}

func TestWantListsAndPresencesHaveAtMost1024Entries(t *testing.T) {
	many := wire.Message{Wants: make([]wire.Want, wire.MaxEntries+1)}
	for i := range many.Wants {
		many.Wants[i].Tree.Codec = wire.TreeCodec
	}
	if _, err := wire.DecodeMessage(many.Encode()); err == nil {
		t.Error("1025 wants are read")
	}
	many.Wants = many.Wants[:wire.MaxEntries]
	if _, err := wire.DecodeMessage(many.Encode()); err != nil {
		t.Errorf("1024 wants: %v", err)
	}
}

func TestRequestsAndResponsesAreReadAndWrittenAsDescribed(t *testing.T) {
	v := readVectors(t).WantBlocks
	request, err := wire.DecodeRequest(v.Request.Payload)
	if err != nil {
		t.Fatal(err)
	}
	if got := wire.EncodeFrame(wire.RequestFrame, request.Encode()); !bytes.Equal(got, v.Request.Frame) {
		t.Errorf("the request becomes %x", got)
	}
	response, err := wire.DecodeResponse(v.Response.Payload)
	if err != nil {
		t.Fatal(err)
	}
	if got := wire.EncodeFrame(wire.ResponseFrame, response.Encode()); !bytes.Equal(got, v.Response.Frame) {
		t.Errorf("the response becomes %x", got)
	}
	empty, err := wire.DecodeResponse(v.EmptyResponse.Payload)
	if err != nil || len(empty.Blocks) != 0 || !bytes.Equal(empty.Encode(), v.EmptyResponse.Payload) {
		t.Errorf("the empty response is read as %+v, %v", empty, err)
	}
}

func TestAResponseWithAByteTooManyIsRefused(t *testing.T) {
	payload := append(bytes.Clone(readVectors(t).WantBlocks.Response.Payload), 0)
	if _, err := wire.DecodeResponse(payload); err == nil {
		t.Error("it is read")
	}
}

func TestFramesAreReadUpToTheirLimits(t *testing.T) {
	v := readVectors(t).WantBlocks
	kind, payload, err := wire.ReadFrame(bytes.NewReader(v.Response.Frame))
	if err != nil || kind != wire.ResponseFrame || !bytes.Equal(payload, v.Response.Payload) {
		t.Errorf("the response’s frame is of type %d, %v", kind, err)
	}
	tooLong := wire.EncodeFrame(wire.RequestFrame, make([]byte, wire.MaxRequestBytes+1))
	for name, frame := range map[string][]byte{
		"too long": tooLong, "no type": {0, 0, 0, 0}, "type 3": {1, 0, 0, 0, 3}, "cut off": {9, 0, 0, 0, 0, 1},
	} {
		if _, _, err := wire.ReadFrame(bytes.NewReader(frame)); err == nil {
			t.Errorf("a frame that is %s is read", name)
		}
	}
}

func TestARequestThatAsksForTooMuchAsksForNothing(t *testing.T) {
	for name, ranges := range map[string][]wire.Range{
		"nothing":     {{Start: 1, Count: 0}},
		"33 at once":  {{Start: 0, Count: 33}},
		"33 together": {{Start: 0, Count: 32}, {Start: 40, Count: 1}},
		"past 2^63":   {{Start: 1<<63 - 1, Count: 2}},
	} {
		if got := (wire.Request{Ranges: ranges}).Indices(); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	got := wire.Request{Ranges: []wire.Range{{Start: 7, Count: 2}, {Start: 1, Count: 1}}}.Indices()
	if len(got) != 3 || got[0] != 7 || got[1] != 8 || got[2] != 1 {
		t.Errorf("two ranges are %v", got)
	}
}
