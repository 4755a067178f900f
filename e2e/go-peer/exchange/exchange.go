// Package exchange is the block exchange as native nodes run it: who holds what, blocks with proofs, manifests.
//
//	their stream ─▶ read loop ─┬─ want list ─▶ presence, over our own stream to them
//	                           ├─ request   ─▶ blocks, over the same stream, one request after the other
//	                           └─ presence, response ─▶ the fetch that waits for it
//
// Streams are opened over relayed connections, too: a peer behind a NAT has no others.
package exchange

import (
	"context"
	"sync"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/dataset"
	"quire/go-peer/wire"
)

// Exchange serves a store and fetches into it.
type Exchange struct {
	host  host.Host
	store *dataset.Store

	mutex        sync.Mutex
	remotes      map[peer.ID]*remote
	fetches      map[uint64]*fetch
	lastDownload uint64
}

// New begins to answer peers.
func New(h host.Host, store *dataset.Store) *Exchange {
	e := &Exchange{host: h, store: store, remotes: map[peer.ID]*remote{}, fetches: map[uint64]*fetch{}}
	h.SetStreamHandler(wire.ExchangeProtocol, func(s network.Stream) {
		e.remote(s.Conn().RemotePeer()).read(s)
	})
	h.SetStreamHandler(wire.ManifestProtocol, e.serveManifest)
	return e
}

// Relayed lets a call use connections that a relay limits.
func Relayed(ctx context.Context) context.Context {
	return network.WithAllowLimitedConn(ctx, "a peer behind a NAT")
}

func (e *Exchange) remote(id peer.ID) *remote {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	r := e.remotes[id]
	if r == nil {
		r = &remote{id: id, exchange: e, pending: map[uint64]chan wire.Response{}}
		e.remotes[id] = r
	}
	return r
}

// begin gives a fetch its id; they count from 1.
func (e *Exchange) begin(f *fetch) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.lastDownload++
	f.id = e.lastDownload
	e.fetches[f.id] = f
}

func (e *Exchange) end(f *fetch) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.fetches, f.id)
}

// onPresence hands a claim to the fetch with its id, or, where it has none, to all of that tree.
func (e *Exchange) onPresence(from peer.ID, presence wire.Presence) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for id, f := range e.fetches {
		if f.partial.Tree() == presence.Tree && (presence.DownloadID == id || presence.DownloadID == 0) {
			f.heard(from, presence)
		}
	}
}
