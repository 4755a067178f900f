package exchange

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"quire/go-peer/wire"
)

const lookupTimeout = 30 * time.Second

// answer finds the blocks of a request; what is not here is left out, and a request that asks for too much gets none.
func (e *Exchange) answer(request wire.Request) wire.Response {
	response := wire.Response{ID: request.ID, Tree: request.Tree}
	d := e.store.Tree(request.Tree)
	if d == nil {
		return response
	}
	for _, index := range request.Indices() {
		if block, err := d.Block(index); err == nil {
			response.Blocks = append(response.Blocks, block)
		}
	}
	return response
}

// answerWants tells what is here, over our own stream. Like native nodes it drops a list while it answers another one.
func (r *remote) answerWants(wants []wire.Want) {
	if len(wants) == 0 || !r.answering.CompareAndSwap(false, true) {
		return
	}
	var answer wire.Message
	for _, want := range wants {
		if presence, isSaid := r.exchange.presence(want); isSaid {
			answer.Presences = append(answer.Presences, presence)
		}
	}
	go func() {
		defer r.answering.Store(false)
		if len(answer.Presences) > 0 {
			// A peer that cannot be told asks again.
			_ = r.say(context.Background(), wire.ControlFrame, answer.Encode())
		}
	}()
}

// presence answers a want; not at all where nothing is here and the asker did not want to hear that.
func (e *Exchange) presence(want wire.Want) (wire.Presence, bool) {
	if want.RangeCount > wire.MaxWantRange {
		return wire.Presence{}, false
	}
	said := wire.Presence{Address: want.Address, Kind: wire.DontHave, DownloadID: want.DownloadID}
	d := e.store.Tree(want.Tree)
	if d == nil || want.Index >= d.Blocks() {
		return said, want.SendDontHave
	}
	count := min(max(want.RangeCount, 1), wire.PresenceWindow, d.Blocks()-want.Index)
	said.Kind = wire.HaveRange
	said.Ranges = []wire.Range{{Start: want.Index, Count: count}}
	return said, true
}

func (e *Exchange) serveManifest(s network.Stream) {
	defer func() { _ = s.Close() }() // the answer has left, or the peer is gone
	if err := s.SetDeadline(time.Now().Add(lookupTimeout)); err != nil {
		return
	}
	var manifest []byte
	if cid, err := wire.ReadLookup(s); err == nil {
		manifest = e.store.Manifest(cid)
	}
	// Whoever does not take the answer asks again.
	_, _ = s.Write(wire.EncodeFound(manifest))
}
