package main

import "github.com/libp2p/go-libp2p/core/host"

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
