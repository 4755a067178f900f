package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"quire/go-peer/wire"
)

func TestManifestsAreReadAndWrittenAsNativeNodesWriteThem(t *testing.T) {
	v := readVectors(t)
	byName := map[string][]byte{}
	for _, vector := range v.Manifest {
		byName[vector.Name] = vector.Hex
		manifest, err := wire.DecodeManifest(vector.Hex)
		if err != nil {
			t.Errorf("%s: %v", vector.Name, err)
		} else if got := manifest.Encode(); !bytes.Equal(got, vector.Hex) {
			t.Errorf("%s becomes %x", vector.Name, got)
		}
	}
	for _, vector := range v.ManifestDecodeTolerant {
		manifest, err := wire.DecodeManifest(vector.Hex)
		want := byName[cmpOr(vector.ReencodesTo, "minimal")]
		if err != nil || !bytes.Equal(manifest.Encode(), want) {
			t.Errorf("%s is read as %+v, %v", vector.Name, manifest, err)
		}
	}
}

func TestManifestsThatNativeNodesRefuseAreRefused(t *testing.T) {
	for _, vector := range readVectors(t).ManifestDecodeMustFail {
		if manifest, err := wire.DecodeManifest(vector.Hex); err == nil {
			t.Errorf("%s is read as %+v", vector.Name, manifest)
		}
	}
}

func TestTheManifestProtocolAsksAndAnswersAsDescribed(t *testing.T) {
	v := readVectors(t).ManifestProtocol
	cid, err := wire.CIDFromText(v.Request.CID)
	if err != nil {
		t.Fatal(err)
	}
	if got := wire.EncodeLookup(cid); !bytes.Equal(got, v.Request.Bytes) {
		t.Errorf("the question is %x", got)
	}
	if got, err := wire.ReadLookup(bytes.NewReader(v.Request.Bytes)); err != nil || got != cid {
		t.Errorf("the question is read as %v, %v", got, err)
	}
	manifest, err := wire.ReadFound(bytes.NewReader(v.Found.Bytes), cid)
	if err != nil || !bytes.Equal(wire.EncodeFound(manifest), v.Found.Bytes) {
		t.Errorf("the answer is read as %x, %v", manifest, err)
	}
	if _, err := wire.ReadFound(bytes.NewReader(v.NotFound.Bytes), cid); !errors.Is(err, wire.ErrNotFound) {
		t.Errorf("“not found” is read as %v", err)
	}
	other := wire.Hash(wire.ManifestCodec, []byte("another"))
	if _, err := wire.ReadFound(bytes.NewReader(v.Found.Bytes), other); err == nil {
		t.Error("a manifest that was not asked for is taken")
	}
}

func cmpOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
