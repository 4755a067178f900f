package node

import (
	"context"
	"time"

	"github.com/ipfs/go-cid"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/wire"
)

// Kademlia finds and tells who holds a dataset; the key is the multihash of its manifest’s CID.
type Kademlia struct {
	dht *dht.IpfsDHT
}

// Mode of a Kademlia node.
type Mode string

// A server answers others, a client only asks.
const (
	Server Mode = "server"
	Client Mode = "client"
)

// NewKademlia starts on `/ipfs/kad/1.0.0`; the bootstrap peers are dialled when there is something to ask.
func NewKademlia(ctx context.Context, h host.Host, mode Mode, bootstrap []peer.AddrInfo) (*Kademlia, error) {
	option := dht.Mode(dht.ModeClient)
	if mode == Server {
		option = dht.Mode(dht.ModeServer)
	}
	d, err := dht.New(ctx, h, option, dht.BootstrapPeers(bootstrap...))
	if err != nil {
		return nil, err
	}
	for _, info := range bootstrap {
		if err := h.Connect(ctx, info); err != nil {
			return nil, err
		}
	}
	return &Kademlia{d}, nil
}

// Provide tells the servers closest to it that this peer holds a dataset.
func (k *Kademlia) Provide(ctx context.Context, manifest wire.CID) error {
	key, err := keyOf(ctx, k, manifest)
	if err != nil {
		return err
	}
	return k.dht.Provide(ctx, key, true)
}

// Find gives up to `count` holders of a dataset.
func (k *Kademlia) Find(ctx context.Context, manifest wire.CID, count int) ([]peer.AddrInfo, error) {
	key, err := keyOf(ctx, k, manifest)
	if err != nil {
		return nil, err
	}
	var found []peer.AddrInfo
	for info := range k.dht.FindProvidersAsync(ctx, key, count) {
		found = append(found, info)
	}
	return found, ctx.Err()
}

// keyOf waits until there is a server to ask: peers join the table once they have answered a question.
func keyOf(ctx context.Context, k *Kademlia, manifest wire.CID) (cid.Cid, error) {
	for k.dht.RoutingTable().Size() == 0 {
		select {
		case <-k.dht.RefreshRoutingTable():
		case <-ctx.Done():
			return cid.Undef, ctx.Err()
		}
		wait(ctx, tablePause)
	}
	return cid.Cast(manifest.Bytes())
}

const tablePause = 100 * time.Millisecond
