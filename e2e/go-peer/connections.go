package main

import (
	"context"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
)

// connections says how this peer is connected, and whether a relay is between.
func connections(h host.Host) []map[string]any {
	list := []map[string]any{}
	for _, c := range h.Network().Conns() {
		list = append(list, map[string]any{
			"peer":      c.RemotePeer().String(),
			"address":   c.RemoteMultiaddr().String(),
			"isRelayed": isRelayed(c.RemoteMultiaddr().String()),
			"direction": c.Stat().Direction.String(),
		})
	}
	return list
}

// sayWhenRelayed tells when this peer has a place at a relay, with the addresses that it gives it.
func sayWhenRelayed(ctx context.Context, h host.Host, out *events) {
	changes, err := h.EventBus().Subscribe(new(event.EvtAutoRelayAddrsUpdated))
	if err != nil {
		return
	}
	defer func() { _ = changes.Close() }() // the process ends
	for {
		select {
		case change := <-changes.Out():
			if update, isOne := change.(event.EvtAutoRelayAddrsUpdated); isOne && len(update.RelayAddrs) > 0 {
				out.say("relayed", fields{
					"addresses": dialable(peer.AddrInfo{ID: h.ID(), Addrs: update.RelayAddrs}),
				})
			}
		case <-ctx.Done():
			return
		}
	}
}
