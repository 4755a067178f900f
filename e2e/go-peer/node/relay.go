package node

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	ma "github.com/multiformats/go-multiaddr"
)

const (
	reserveTimeout = 10 * time.Second
	// Between two looks at a connection to a relay, and between two tries for a place.
	relayPause = time.Second
)

// Places are those that this peer has at relays: while it has one, it is announced there and nowhere else, as a native node
// behind a NAT is. (libp2p’s own “autorelay” announces relays with public addresses alone.)
type Places struct {
	mutex     sync.Mutex
	addresses map[peer.ID][]ma.Multiaddr
	onChange  func()
}

// NewPlaces has none; onChange is called when there are others.
func NewPlaces(onChange func()) *Places {
	return &Places{addresses: map[peer.ID][]ma.Multiaddr{}, onChange: onChange}
}

// Announced puts the places in front of what a host would announce.
func (p *Places) Announced(own []ma.Multiaddr) []ma.Multiaddr {
	if places := p.List(); len(places) > 0 {
		return places
	}
	return own
}

// List is the addresses behind relays.
func (p *Places) List() []ma.Multiaddr {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var all []ma.Multiaddr
	for _, addresses := range p.addresses {
		all = append(all, addresses...)
	}
	return all
}

// Hold keeps a place at a relay until the context ends: renewed at half its time, taken anew when the connection is gone.
func (p *Places) Hold(ctx context.Context, h host.Host, relay peer.AddrInfo) {
	for ctx.Err() == nil {
		reservation, err := reserve(ctx, h, relay)
		if err != nil {
			p.set(relay.ID, nil)
			wait(ctx, relayPause)
			continue
		}
		p.set(relay.ID, circuits(relay))
		renewAt := time.Now().Add(time.Until(reservation.Expiration) / 2)
		for time.Now().Before(renewAt) && h.Network().Connectedness(relay.ID) == network.Connected && ctx.Err() == nil {
			wait(ctx, relayPause)
		}
	}
}

func reserve(ctx context.Context, h host.Host, relay peer.AddrInfo) (*client.Reservation, error) {
	ctx, cancel := context.WithTimeout(ctx, reserveTimeout)
	defer cancel()
	if err := h.Connect(ctx, relay); err != nil {
		return nil, err
	}
	return client.Reserve(ctx, h, relay)
}

// circuits are the relay’s addresses as they were given, with what leads through it: those that native nodes can dial.
func circuits(relay peer.AddrInfo) []ma.Multiaddr {
	through := ma.StringCast("/p2p/" + relay.ID.String() + "/p2p-circuit")
	addresses := make([]ma.Multiaddr, 0, len(relay.Addrs))
	for _, address := range relay.Addrs {
		addresses = append(addresses, address.Encapsulate(through))
	}
	return addresses
}

func (p *Places) set(relay peer.ID, addresses []ma.Multiaddr) {
	p.mutex.Lock()
	isSame := slices.EqualFunc(p.addresses[relay], addresses, ma.Multiaddr.Equal)
	p.addresses[relay] = addresses
	p.mutex.Unlock()
	if !isSame {
		p.onChange()
	}
}

func wait(ctx context.Context, pause time.Duration) {
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}
