package exchange_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/dataset"
	"quire/go-peer/exchange"
	"quire/go-peer/node"
	"quire/go-peer/wire"
)

func newHost(t *testing.T) host.Host {
	t.Helper()
	h, err := node.New(node.Options{Transport: node.TCP, IP: "127.0.0.1", Places: node.NewPlaces(func() {})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// served makes a file of as many blocks, offers it, and gives its dataset and the host to ask.
func served(t *testing.T, blocks int) (*dataset.Dataset, host.Host) {
	t.Helper()
	var content []byte
	for len(content) < blocks*wire.MinBlockBytes-5 {
		digest := sha256.Sum256(content)
		content = append(content, digest[:]...)
	}
	path := filepath.Join(t.TempDir(), "content")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := dataset.Open(path, dataset.Naming{BlockSize: wire.MinBlockBytes})
	if err != nil {
		t.Fatal(err)
	}
	store := dataset.NewStore()
	store.Add(d)
	h := newHost(t)
	exchange.New(h, store)
	return d, h
}

func TestADatasetMovesFromOnePeerToAnother(t *testing.T) {
	d, holder := served(t, 100)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	asker := newHost(t)
	if err := asker.Connect(ctx, peer.AddrInfo{ID: holder.ID(), Addrs: holder.Addrs()}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy")
	fetched, err := exchange.New(asker, dataset.NewStore()).Fetch(ctx, d.CID, []peer.ID{holder.ID()}, path)
	if err != nil {
		t.Fatal(err)
	}
	if fetched.Dataset.CID != d.CID || len(fetched.Interruptions) > 0 {
		t.Errorf("it came as %s after %q", fetched.Dataset.CID, fetched.Interruptions)
	}
}

// ask opens a stream as a stranger does, and gives the first frame of the answer.
func ask(t *testing.T, holder host.Host, request wire.Request) wire.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	asker := newHost(t)
	if err := asker.Connect(ctx, peer.AddrInfo{ID: holder.ID(), Addrs: holder.Addrs()}); err != nil {
		t.Fatal(err)
	}
	s, err := asker.NewStream(ctx, holder.ID(), wire.ExchangeProtocol)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(wire.EncodeFrame(wire.RequestFrame, request.Encode())); err != nil {
		t.Fatal(err)
	}
	kind, payload, err := wire.ReadFrame(s)
	if err != nil || kind != wire.ResponseFrame {
		t.Fatalf("a frame of type %d, %v", kind, err)
	}
	response, err := wire.DecodeResponse(bytes.Clone(payload))
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestBlocksThatAreNotThereAreLeftOut(t *testing.T) {
	d, holder := served(t, 3)
	got := ask(t, holder, wire.Request{ID: 9, Tree: d.Manifest.Tree, Ranges: []wire.Range{{Start: 2, Count: 5}}})
	if got.ID != 9 || len(got.Blocks) != 1 || got.Blocks[0].Index != 2 {
		t.Errorf("the answer has %d blocks", len(got.Blocks))
	}
}

func TestWhoAsksForMoreThan32BlocksGetsNone(t *testing.T) {
	d, holder := served(t, 40)
	got := ask(t, holder, wire.Request{Tree: d.Manifest.Tree, Ranges: []wire.Range{{Start: 0, Count: 33}}})
	if len(got.Blocks) != 0 {
		t.Errorf("the answer has %d blocks", len(got.Blocks))
	}
}
